"""Settings, from the environment with safe defaults: one file, in the order of Django's reference.

`DATABASE_URL` (SQLite), `CELERY_BROKER_URL` (`filesystem://`), `EXITCASE_DATA` (`./var`: database,
files, keys, queue), `EXITCASE_SECRET_KEY`, `EXITCASE_HOSTS`, `EXITCASE_DEBUG`.
"""

import os
from pathlib import Path
from typing import Any

import dj_database_url

BASE_DIR = Path(__file__).resolve().parent.parent
DATA = Path(os.environ.get("EXITCASE_DATA", BASE_DIR / "var")).resolve()
DEBUG = os.environ.get("EXITCASE_DEBUG", "") == "1"
EXITCASE_SUITE = os.environ.get("EXITCASE_SUITE", "INTL")  # or GM: SM4-GCM + SM3
SECRET_KEY = os.environ.get("EXITCASE_SECRET_KEY", "")
ALLOWED_HOSTS = os.environ.get("EXITCASE_HOSTS", "127.0.0.1,localhost,[::1],testserver").split(",")

INSTALLED_APPS = [
    "exitcase.core",
    "households",
    "publicity",
    "verification",
    "exitcase",
    "guardian",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
]
AUTH_USER_MODEL = "core.User"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "guardian.backends.ObjectPermissionBackend",
]
ANONYMOUS_USER_NAME = None
GUARDIAN_MONKEY_PATCH_USER = False

SQLITE_OPTIONS: dict[str, Any] = {
    # A deferred transaction that reads first fails when it wants to write; this one waits.
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=1",
}
TEST_DB = os.environ.get("EXITCASE_TEST_DB", "exitcase")
DATABASES = {
    "default": dj_database_url.parse(
        os.environ.get("DATABASE_URL", f"sqlite:///{DATA / 'exitcase.sqlite3'}")
    )
}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["OPTIONS"] = SQLITE_OPTIONS  # type: ignore[typeddict-unknown-key]
    # A file, since threads share no in-memory database.
    DATABASES["default"]["TEST"] = {"NAME": str(DATA / f"test_{TEST_DB}.sqlite3")}  # type: ignore[typeddict-item]
else:
    DATABASES["default"]["TEST"] = {"NAME": f"test_{TEST_DB}"}  # type: ignore[typeddict-item]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"
