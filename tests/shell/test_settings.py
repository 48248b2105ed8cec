"""What the environment makes of the settings, each time in a process of its own."""

import os
import stat
import subprocess
import sys

from tests.architecture.ours import ROOT

PRINT = "from django.conf import settings as s; print({})"


def python(code, data, **environment):
    given = {k: v for k, v in os.environ.items() if k not in {"DATABASE_URL", "CELERY_BROKER_URL"}}
    told = {"EXITCASE_DATA": str(data), "DJANGO_SETTINGS_MODULE": "exitcase.settings"}
    return subprocess.run(
        [sys.executable, *code],
        cwd=ROOT,
        env=given | told | environment,
        capture_output=True,
        text=True,
        check=True,
    )


def value(expression, data, **environment):
    return python(["-c", PRINT.format(expression)], data, **environment).stdout.strip()


def test_the_secret_is_made_once_and_read_by_us_alone(tmp_path):
    first = value("s.SECRET_KEY", tmp_path)
    assert len(first) > 50
    assert value("s.SECRET_KEY", tmp_path) == first
    assert stat.S_IMODE((tmp_path / "keys" / "secret-key").stat().st_mode) == 0o600
    given = {"EXITCASE_SECRET_KEY": "given"}
    assert value("s.SECRET_KEY", tmp_path, **given) == "given"


def test_defaults_are_an_office_of_its_own(tmp_path):
    assert value("s.DATABASES['default']['NAME']", tmp_path) == str(tmp_path / "exitcase.sqlite3")
    assert value("s.CELERY_BROKER_URL, s.DEBUG, s.HTTPS", tmp_path) == "filesystem:// False False"


def test_a_database_and_a_queue_elsewhere(tmp_path):
    elsewhere = {
        "DATABASE_URL": "postgres://clerk:secret@10.0.0.1:5433/exit",
        "CELERY_BROKER_URL": "redis://10.0.0.2:6379/0",
    }
    database = "[s.DATABASES['default'][k] for k in ('ENGINE', 'HOST', 'PORT', 'NAME')]"
    found = value(database, tmp_path, **elsewhere)
    assert found == "['django.db.backends.postgresql', '10.0.0.1', 5433, 'exit']"
    options = value("s.CELERY_BROKER_TRANSPORT_OPTIONS", tmp_path, **elsewhere)
    assert "data_folder_in" not in options


def test_behind_tls_nothing_is_left_to_advise(tmp_path):
    checked = python(["manage.py", "check", "--deploy"], tmp_path, EXITCASE_HTTPS="1")
    assert "no issues" in checked.stdout + checked.stderr
