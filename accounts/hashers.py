"""How passwords are kept."""

from django.contrib.auth.hashers import Argon2PasswordHasher


class SmallArgon2PasswordHasher(Argon2PasswordHasher):
    """Argon2id with OWASP's small memory cost: 19 MiB, two rounds, one lane (about 36 ms)."""

    time_cost = 2
    memory_cost = 19 * 1024
    parallelism = 1
