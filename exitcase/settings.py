"""Settings, from the environment with safe defaults: one file, in the order of Django's reference.

`DATABASE_URL` (SQLite), `CELERY_BROKER_URL` (`filesystem://`), `EXITCASE_DATA` (`./var`: database,
files, keys, queue), `EXITCASE_SECRET_KEY`, `EXITCASE_HOSTS`, `EXITCASE_HTTPS`, `EXITCASE_DEBUG`,
`EXITCASE_SUITE`, `EXITCASE_PAPER_LINK`. docs/reference/settings.md says what each is for.
"""

import os
import secrets
from pathlib import Path
from typing import Any

import dj_database_url
from celery.schedules import crontab
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

BASE_DIR = Path(__file__).resolve().parent.parent
DATA = Path(os.environ.get("EXITCASE_DATA", BASE_DIR / "var")).resolve()
QUEUE = DATA / "queue"


def _kept_secret() -> str:
    """The signing key of this installation: made once, readable by us alone."""
    path = DATA / "keys" / "secret-key"
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        # O_EXCL: of two processes that start together one writes and both read the same.
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text(encoding="ascii")
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(secrets.token_urlsafe(50))
    return path.read_text(encoding="ascii")


DEBUG = os.environ.get("EXITCASE_DEBUG", "") == "1"
SECRET_KEY = os.environ.get("EXITCASE_SECRET_KEY") or _kept_secret()
ALLOWED_HOSTS = os.environ.get("EXITCASE_HOSTS", "127.0.0.1,localhost,[::1],testserver").split(",")
HTTPS = os.environ.get("EXITCASE_HTTPS", "") == "1"  # behind a proxy that ends TLS
EXITCASE_PRODUCTION = os.environ.get("EXITCASE_PRODUCTION", "") == "1"  # refuses a demo
EXITCASE_SUITE = os.environ.get("EXITCASE_SUITE", "INTL")  # or GM: SM4-GCM + SM3
EXITCASE_PAPER_LINK = os.environ.get("EXITCASE_PAPER_LINK", "")  # before the number in a QR code

# What runs

INSTALLED_APPS = [
    "exitcase.core",
    "households",
    "publicity",
    "verification",
    "exitcase",
    "axes",
    "csp",
    "django_htmx",
    "guardian",
    "template_partials",
    "django.forms",  # its widgets' templates, for our renderer
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "exitcase.middleware.chosen_language",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    # Closed by default: a view that strangers may see says so itself.
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "exitcase.middleware.kept_nowhere",
    "axes.middleware.AxesMiddleware",
    "exitcase.middleware.taken_once",
]
FORM_RENDERER = "exitcase.forms.Renderer"
ROOT_URLCONF = "exitcase.urls"
WSGI_APPLICATION = "exitcase.wsgi.application"
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "exitcase.context.frame",
            ],
        },
    }
]

# The database

SQLITE_OPTIONS: dict[str, Any] = {
    # A deferred transaction that reads first fails when it wants to write; this one waits.
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=1",
}
TEST_DB = os.environ.get("EXITCASE_TEST_DB", "exitcase")
DATABASE: dict[str, Any] = {
    **dj_database_url.parse(os.environ.get("DATABASE_URL", f"sqlite:///{DATA}/exitcase.sqlite3"))
}
if DATABASE["ENGINE"].endswith("sqlite3"):
    DATABASE["OPTIONS"] = SQLITE_OPTIONS
    # A file, since threads share no in-memory database.
    DATABASE["TEST"] = {"NAME": str(DATA / f"test_{TEST_DB}.sqlite3")}
else:
    DATABASE["CONN_MAX_AGE"] = 60
    DATABASE["CONN_HEALTH_CHECKS"] = True
    DATABASE["TEST"] = {"NAME": f"test_{TEST_DB}"}
DATABASES = {"default": DATABASE}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Who comes in

AUTH_USER_MODEL = "core.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
    "guardian.backends.ObjectPermissionBackend",
]
ANONYMOUS_USER_NAME = None
GUARDIAN_MONKEY_PATCH_USER = False
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "login"
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}", "OPTIONS": options}
    for name, options in (
        ("UserAttributeSimilarityValidator", {"user_attributes": ("username", "name")}),
        ("MinimumLengthValidator", {"min_length": 12}),
        ("CommonPasswordValidator", {}),
        ("NumericPasswordValidator", {}),
    )
]
# Five wrong passwords lock an account for that address, not for its owner elsewhere.
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_DISABLE_ACCESS_LOG = True
AXES_ENABLE_ADMIN = False
AXES_LOCKOUT_CALLABLE = "exitcase.views.locked_out"
CSRF_FAILURE_VIEW = "exitcase.views.session_over"
AXES_VERBOSE = False

SESSION_COOKIE_AGE = 30 * 60  # seconds without a request
SESSION_SAVE_EVERY_REQUEST = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
# Browsers take a `__Host-` cookie only over TLS and from this very host.
SESSION_COOKIE_NAME = "__Host-session" if HTTPS else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if HTTPS else "csrf"
CSRF_COOKIE_HTTPONLY = True

# What the browser is told

SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "blob:", "data:"],  # blob: a photo made smaller before it is sent
        "object-src": [NONE],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "form-action": [SELF],
    }
}

# What comes in

DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000  # a meeting of 500 households is one form
FILE_UPLOAD_PERMISSIONS = 0o600

# Words and days

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("简体中文")), ("en", _("英文"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"

# Files of ours

STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
# What packages bring beside their Python is not served: what the browser gets lies in static/.
STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
STATIC_ROOT = DATA / "static"  # collected by `prepare` and `serve`: hashed names, .gz and .br
STATIC_ROOT.mkdir(parents=True, exist_ok=True)
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "exitcase.static.Storage"},
}
WHITENOISE_USE_FINDERS = True  # before the first collecting

# Work in the background: the truth is in `Job` rows, the broker only rings the bell.

CELERY_BROKER_URL = os.environ.get("CELERY_BROKER_URL", "filesystem://")
CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, Any] = (
    {
        "data_folder_in": str(QUEUE / "messages"),
        "data_folder_out": str(QUEUE / "messages"),
        "processed_folder": str(QUEUE / "processed"),
        "control_folder": str(QUEUE / "control"),
        "polling_interval": 0.2,  # seconds
    }
    if CELERY_BROKER_URL.startswith("filesystem")
    else {"visibility_timeout": 3600}  # seconds; a job's own lease ends much sooner
)
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_PUBLISH_RETRY_POLICY = {"max_retries": 2, "interval_start": 0, "interval_step": 0.2}
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_MAX_MEMORY_PER_CHILD = 800_000  # KiB: rendering papers is hungry
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = TIME_ZONE
CELERY_BEAT_SCHEDULE_FILENAME = str(QUEUE / "beat")
CELERY_BEAT_SCHEDULE: dict[str, Any] = {
    "reap": {"task": "core.reap", "schedule": 60.0},  # seconds
    "seal-reads": {"task": "core.seal_reads", "schedule": 3600.0},  # what is sealed stays sealed
    "ask-questions": {"task": "verification.ask_questions", "schedule": crontab(hour=3, minute=20)},
}

# What is written down: never a request's content, for that is people's data.

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        "django": {"handlers": [], "level": "WARNING", "propagate": True},
        "kombu.connection": {"level": "ERROR"},  # it misses a host in `filesystem://`
    },
}
