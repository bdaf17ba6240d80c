"""How passwords are kept."""

from django.contrib.auth.hashers import check_password, identify_hasher, make_password

from accounts.hashers import SmallArgon2PasswordHasher


def test_passwords_are_kept_as_argon2id_with_the_small_memory_cost(settings):
    settings.PASSWORD_HASHERS = ["accounts.hashers.SmallArgon2PasswordHasher"]
    kept = make_password("a long enough pass phrase")
    assert kept.startswith("argon2$argon2id$v=19$m=19456,t=2,p=1$")
    assert isinstance(identify_hasher(kept), SmallArgon2PasswordHasher)
    assert check_password("a long enough pass phrase", kept)
    assert not check_password("another pass phrase", kept)
