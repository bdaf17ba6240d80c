"""The worked examples of `docs/extending.md` run: each is an app or module of its own, which the
settings of the examples install and no file of the academy names.
"""

import os
import subprocess
import sys
from pathlib import Path

from django.conf import settings


def test_examples_work_without_a_change_of_any_other_file() -> None:
    outside = {"DATABASE_URL", "REDIS_URL", "DJANGO_SETTINGS_MODULE", "PYTEST_ADDOPTS"}
    environment = {name: value for name, value in os.environ.items() if name not in outside}
    checks = sorted(
        str(path) for path in Path(settings.BASE_DIR, "tests/examples").glob("*_checks.py")
    )
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *checks]
    done = subprocess.run(  # noqa: S603
        [*command, "--ds", "tests.examples.settings"],
        cwd=settings.BASE_DIR,
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-5000:] + done.stderr[-2000:]
