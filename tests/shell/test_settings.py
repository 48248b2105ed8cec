"""What the environment makes of the settings, each time in a process of its own."""

import os
import stat
import subprocess
import sys

from tests.architecture.ours import ROOT

PRINT = "from django.conf import settings as s; print({})"


def python(code, data, **environment):
    # Nothing of ours from outside: a neighbour's demo, key or queue would speak with.
    ours = ("EXITCASE_", "DATABASE_URL", "CELERY_", "REDIS_URL", "DJANGO_", "PYTHONWARNINGS")
    given = {name: text for name, text in os.environ.items() if not name.startswith(ours)}
    told = {"EXITCASE_DATA": str(data), "DJANGO_SETTINGS_MODULE": "exitcase.settings"}
    done = subprocess.run(
        [sys.executable, *code],
        cwd=ROOT,
        env=given | told | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done


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
    said = checked.stdout + checked.stderr
    assert "no issues" in said, said
