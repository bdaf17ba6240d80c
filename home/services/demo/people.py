"""Who lives in the demo academy."""

from typing import Any

from wagtail.users.models import UserProfile

from accounts.models import Role, User
from accounts.services.people import PersonDetails, create_person

PASSWORD = "jeevi-demo"  # noqa: S105 (stated in the contract)

STAFF: dict[str, tuple[str, str, str]] = {
    "admin": ("Nalini", "Rao", Role.ADMIN),
    "teacher": ("Meera", "Iyer", Role.TEACHER),
    "ravi": ("Ravi", "Nair", Role.TEACHER),
    "farah": ("Farah", "Khan", Role.TEACHER),
}
STUDENTS: dict[str, tuple[str, str]] = {
    "student": ("Asha", "Menon"),
    "arjun": ("Arjun", "Bhat"),
    "lena": ("Lena", "Hofmann"),
    "yusuf": ("Yusuf", "Demir"),
    "priya": ("Priya", "Sharma"),
    "tomas": ("Tomás", "Oliveira"),
    "mei": ("Mei", "Tanaka"),
    "kofi": ("Kofi", "Mensah"),
    "sara": ("Sara", "Lindqvist"),
    "dev": ("Dev", "Patel"),
    "noor": ("نور", "الهاشمي"),
    "ivan": ("Ivan", "Petrov"),
    "chloe": ("Chloé", "Martin"),
    "rahul": ("Rahul", "Verma"),
    "amara": ("Amara", "Okafor"),
    "jonas": ("Jonas", "Becker"),
    "zara": ("Zara", "Ahmed"),
    "leo": ("Leo", "Rossi"),
    "anika": ("Anika", "Das"),
    "samuel": ("Samuel", "Adeyemi"),
    "hana": ("Hana", "Kim"),
    "mateo": ("Mateo", "García"),
    "ines": ("Inês", "Costa"),
    "vikram": ("Vikram", "Singh"),
    "ella": ("Ella", "Novak"),
    "omar": ("Omar", "Farouk"),
    "tara": ("Tara", "Krishnan-Balasubramaniam"),
    "felix": ("Felix", "Weber"),
    "maya": ("Maya", "Cohen"),
    "ravi-student": ("Ravindra", "Joshi"),
}


def make_people() -> dict[str, User]:
    """Everybody by user name; those who are there already stay as they are."""
    people = {user.username: user for user in User.objects.filter(username__in=[*STAFF, *STUDENTS])}
    for username, (first, last, role) in STAFF.items():
        if username not in people:
            people[username] = _make(username, first, last, role, is_superuser=username == "admin")
            # Nobody at example.org reads what the CMS sends to its moderators.
            profile = UserProfile.get_for_user(people[username])
            profile.submitted_notifications = profile.approved_notifications = False
            profile.save()
    for username, (first, last) in STUDENTS.items():
        if username not in people:
            people[username] = _make(username, first, last, Role.STUDENT)
    return people


def _make(username: str, first: str, last: str, role: str, **rights: Any) -> User:
    details = PersonDetails(
        username=username,
        email=f"{username}@example.org",
        first_name=first,
        last_name=last,
        time_zone="Asia/Kolkata",
    )
    return create_person(details=details, password=PASSWORD, role=role, **rights)
