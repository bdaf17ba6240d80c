"""Forms of sign-in and sign-up, of one's own profile, and of the CMS's list of people."""

from dataclasses import fields
from typing import Any, ClassVar

from allauth.account.adapter import get_adapter
from allauth.account.forms import AddEmailForm as AllauthAddEmailForm
from allauth.account.forms import ChangePasswordForm as AllauthChangePasswordForm
from allauth.account.forms import ResetPasswordForm as AllauthResetPasswordForm
from allauth.account.forms import ResetPasswordKeyForm as AllauthResetPasswordKeyForm
from allauth.account.forms import SignupForm as AllauthSignupForm
from django import forms
from django.conf import settings
from django.contrib.auth.password_validation import (
    password_validators_help_text_html,
    validate_password,
)
from django.core.exceptions import ValidationError
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from accounts.models import Role, User
from accounts.permissions import can_set_role
from accounts.selectors import is_email_taken
from accounts.services.people import (
    PersonDetails,
    create_person,
    update_person,
    update_profile,
)
from accounts.services.roles import check_role_change
from accounts.time_zones import UTC, grouped_choices, is_known_zone
from core.errors import DomainError


class SignupForm(AllauthSignupForm):
    """Name, address, password; a script may add the time zone of the device."""

    time_zone = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("username", "email"):
            self.fields[name].label = capfirst(User._meta.get_field(name).verbose_name)
        self.fields["username"].help_text = User._meta.get_field("username").help_text
        self.fields["password1"].help_text = _(
            "At least 8 characters, not only digits, and nothing that is easily guessed."
        )
        self.fields["password2"].label = _("Password again")

    def clean_username(self) -> str:
        """Checked in the spelling in which it is stored, not in the one that was typed."""
        name = User.normalize_username(self.cleaned_data["username"])
        User._meta.get_field("username").run_validators(name)
        self.cleaned_data["username"] = name
        username: str = super().clean_username()
        return username

    def clean_time_zone(self) -> str:
        """A zone that we know, or nothing: nobody is kept out by what a device says."""
        zone: str = self.cleaned_data["time_zone"]
        return zone if is_known_zone(zone) else ""


class OurWords:
    """Labels as everywhere in the academy. `labels`: by the name of the field."""

    labels: ClassVar[dict[str, Any]] = {
        "email": _("E-mail address"),
        "oldpassword": _("Your password now"),
        "password1": _("New password"),
        "password2": _("New password again"),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, label in self.labels.items():
            if name in self.fields:  # type: ignore[attr-defined]
                self.fields[name].label = label  # type: ignore[attr-defined]


class AddEmailForm(OurWords, AllauthAddEmailForm):
    pass


class ResetPasswordForm(OurWords, AllauthResetPasswordForm):
    pass


class ResetPasswordKeyForm(OurWords, AllauthResetPasswordKeyForm):
    pass


class ChangePasswordForm(OurWords, AllauthChangePasswordForm):
    """Guesses at the current password count with failed sign-ins, so stolen sessions gain none."""

    def clean_oldpassword(self) -> str:
        password: str = self.cleaned_data["oldpassword"]
        if not get_adapter().reauthenticate(self.user, password):
            raise get_adapter().validation_error("enter_current_password")
        return password


class TimeZoneField(forms.ChoiceField):
    """A select of time zones by region; the one in use is always listed."""

    def __init__(self, *, current: str = "", **kwargs: Any) -> None:
        label = capfirst(User._meta.get_field("time_zone").verbose_name)
        choices = grouped_choices(also=current)
        super().__init__(choices=choices, label=label, initial=UTC, **kwargs)


class OneSpellingMixin:
    """Says beside the field that a user name is taken, whatever the case it is typed in."""

    def clean_username(self: Any) -> str:
        name: str = User.normalize_username(self.cleaned_data["username"])
        if User.objects.filter(username=name).exclude(pk=self.instance.pk).exists():
            raise ValidationError(User._meta.get_field("username").error_messages["unique"])
        return name


class ProfileForm(OneSpellingMixin, forms.ModelForm):
    """What people say about themselves."""

    class Meta:
        model = User
        fields = ["first_name", "last_name", "username", "language", "time_zone"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["time_zone"] = TimeZoneField(current=self.instance.time_zone)
        if len(settings.LANGUAGES) == 1:
            self.fields["language"].widget = forms.HiddenInput()
        self.fields["first_name"].widget.attrs["autocomplete"] = "given-name"
        self.fields["last_name"].widget.attrs["autocomplete"] = "family-name"
        self.fields["username"].widget.attrs["autocomplete"] = "username"

    def save(self, commit: bool = True) -> User:
        return update_profile(
            user=self.instance, **{name: self.cleaned_data[name] for name in self.Meta.fields}
        )


class PersonForm(OneSpellingMixin, forms.ModelForm):
    """A person as administrators see them. Rights come from the role alone."""

    password1 = forms.CharField(
        label=_("Password"),
        required=False,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    password2 = forms.CharField(
        label=_("Password again"),
        required=False,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    class Meta:
        model = User
        fields = [field.name for field in fields(PersonDetails)] + ["role"]

    def __init__(self, *args: Any, by: User, editing_self: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by = by
        self.fields["time_zone"] = TimeZoneField(current=self.instance.time_zone)
        self.fields["role"].disabled = bool(self.instance.pk) and not can_set_role(
            by, self.instance
        )
        if self.instance.pk is None:
            self.fields["password1"].help_text = password_validators_help_text_html()
            for name in ("password1", "password2"):
                self.fields[name].required = True
        else:
            self.fields["password1"].help_text = _("Leave empty to keep the password.")

    def clean_email(self) -> str:
        email: str = User.objects.normalize_email(self.cleaned_data["email"])
        if is_email_taken(email, except_by=self.instance):
            raise ValidationError(_("Somebody has this e-mail address already."))
        return email

    def clean_role(self) -> str:
        role: str = self.cleaned_data["role"]
        if self.instance.pk:
            try:
                check_role_change(user=self.instance, role=role, by=self.by)
            except DomainError as error:
                raise ValidationError(str(error)) from error
        return role

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if data.get("password1") != data.get("password2"):
            self.add_error("password2", _("Both passwords must be the same."))
        return data

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]
        password = self.cleaned_data.get("password1")
        if password and "password2" not in self.errors:
            try:
                validate_password(password, user=self.instance)
            except ValidationError as error:
                self.add_error("password1", error)

    def save(self, commit: bool = True) -> User:
        data = self.cleaned_data
        details = PersonDetails(**{field.name: data[field.name] for field in fields(PersonDetails)})
        role, password = data["role"], data["password1"]
        if self.instance.pk is None:
            return create_person(details=details, password=password, role=role, by=self.by)
        return update_person(
            user=self.instance, details=details, role=role, by=self.by, password=password
        )


class RoleForm(forms.Form):
    """Which role a number of people get."""

    role = forms.ChoiceField(label=_("Role"), choices=[("", "—"), *Role.choices])
