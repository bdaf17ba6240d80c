"""Who is meant by what somebody typed."""

from allauth.account.models import EmailAddress
from django.db.models import Q

from accounts.models import User
from accounts.querysets import UserQuerySet
from core.parsing import clean_term


def find_account(login: str) -> User | None:
    """The person of a user name or of an e-mail address, as sign-in finds them: by index.

    A user name never holds an "@", so there is one answer.
    """
    login = login.strip().lower()
    if "@" not in login:
        return User.objects.filter(username=login).first()
    addresses = EmailAddress.objects.filter(email=login).select_related("user")
    verified = addresses.filter(verified=True).first()
    if verified:
        return verified.user
    user = User.objects.by_email(login).first()
    if user:
        return user
    unverified = addresses.order_by("pk").first()
    return unverified.user if unverified else None


def is_email_taken(email: str, *, except_by: User) -> bool:
    """True where the address is somebody else's: in use, or verified as a further one."""
    email = email.strip().lower()
    if User.objects.by_email(email).exclude(pk=except_by.pk).exists():
        return True
    others = EmailAddress.objects.filter(email=email, verified=True).exclude(user_id=except_by.pk)
    return others.exists()


def search_people(people: UserQuerySet, term: str) -> UserQuerySet:
    """People in whose names or address every word of the term stands."""
    for word in clean_term(term).split():
        people = people.filter(
            Q(username__icontains=word)
            | Q(first_name__icontains=word)
            | Q(last_name__icontains=word)
            | Q(email__icontains=word)
        )
    return people
