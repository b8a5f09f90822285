"""Every setting, in one file: read from the environment, from `*_FILE` secrets, or from the local run's own env file."""

from __future__ import annotations

import json
import os
from datetime import timedelta
from pathlib import Path
from typing import Any
from zlib import crc32

import environ
from csp.constants import NONCE, NONE, SELF

from .logs import logging_settings
from .schedule import lasts, schedule

BASE_DIR = Path(__file__).resolve().parent.parent
STATE_DIR = Path(os.environ.get("STATE_DIR", BASE_DIR / ".dev"))

# `make run` writes STATE/env.json, so that `manage.py shell` in a second terminal reaches the running servers.
_local = STATE_DIR / "env.json"
if _local.exists():
    for _name, _value in json.loads(_local.read_text()).items():
        os.environ.setdefault(_name, _value)
# A secret may come from a file, whose name stands in the variable with _FILE behind: SECRET_KEY_FILE and so on.
_SECRETS = (
    "SECRET_KEY", "SECRET_KEY_FALLBACKS", "DATABASE_URL", "DATABASE_OWNER_URL", "DATABASE_REPLICA_URL", "DATABASE_BACKUP_URL",
    "REDIS_URL", "EMAIL_URL", "NOTIFY_API_KEY", "BOUNCES_URL", "METRICS_TOKEN", "OPERATORS_EMAIL_URL",
)  # fmt: skip
for _name in _SECRETS:
    if _file := os.environ.get(f"{_name}_FILE"):
        os.environ[_name] = Path(_file).read_text().strip()

env = environ.Env()

SECRET_KEY: str = env.str("SECRET_KEY")
# Keys that were in use before this one: what they signed or sealed still opens, until they are taken out of the list.
SECRET_KEY_FALLBACKS: list[str] = env.list("SECRET_KEY_FALLBACKS", default=[])
DEBUG = env.bool("DEBUG", default=False)
# demo: invented people sign in from a list; training: real people, invented disagreements; production: the real thing.
DEPLOYMENT: str = env.str("DEPLOYMENT", default="production")
DEMO_DOORS = env.bool("DEMO_DOORS", default=DEPLOYMENT == "demo")
BASE_URL: str = env.str("BASE_URL", default="http://127.0.0.1:8000")
ALLOWED_HOSTS: list[str] = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost"])
CSRF_TRUSTED_ORIGINS: list[str] = [BASE_URL] if BASE_URL.startswith("https://") else []

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",
    "csp",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_filters",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "partnerships",
    "accounts",
    "escalation",
    "notifications",
    "rehearsal",
    "records",
    "insight",
    "learning",
    "meetings",
    "operations",
]
MIDDLEWARE = [
    "operations.asked.AskedMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "config.headers.HeadersMiddleware",
    "notifications.feed_address.FeedMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "partnerships.languages.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.idle.IdleMiddleware",
    "accounts.typed.SignInMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "partnerships.middleware.PartnershipMiddleware",
    "accounts.proof.ProofMiddleware",
    "escalation.views.older.ProofWantedMiddleware",
    "escalation.guests.GuestMiddleware",
]
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
FORM_RENDERER = "config.forms.GovukRenderer"
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "escalation.navigation.navigation",
                "rehearsal.walking_bar.bar",
                "learning.first_page.asked",
                "notifications.webhooks.first_page.asked",
                "notifications.returned.pages.asked",
            ]
        },
    }
]

# Two logins. "default" is the application's plain role, with rows only; "owner" owns the tables and migrates, and its
# address is not given to the web and worker processes. In tests both point at one test database.
DATABASES: dict[str, Any] = {"default": env.db("DATABASE_URL") | {"TEST": {"MIRROR": "owner"}}}
if "DATABASE_OWNER_URL" in os.environ:
    DATABASES["owner"] = env.db("DATABASE_OWNER_URL") | {"TEST": {"DEPENDENCIES": []}}
# A second server that follows the first, for files of the whole tracker and for figures (partnerships/replica.py): the
# application's login there. Where it does not answer within seconds, the first one is asked.
if "DATABASE_REPLICA_URL" in os.environ:
    DATABASES["replica"] = env.db("DATABASE_REPLICA_URL") | {"TEST": {"MIRROR": "owner"}}
    DATABASES["replica"]["OPTIONS"] = {"connect_timeout": 3}
    DATABASE_ROUTERS = ["partnerships.replica.Router"]
# A server that is gone without a word is noticed within half a minute, not after the hours that a network allows itself.
_NOTICED = {"connect_timeout": 10, "keepalives_idle": 20, "keepalives_interval": 5, "keepalives_count": 3}
_NOTICED["tcp_user_timeout"] = 35_000  # milliseconds
for _database in DATABASES.values():
    _database["CONN_MAX_AGE"] = env.int("CONN_MAX_AGE", default=60)
    _database["CONN_HEALTH_CHECKS"] = True
    _database["OPTIONS"] = _NOTICED | _database.get("OPTIONS", {})
# The backup's login reads every row of every partnership and writes none; web, worker and beat never have it. To whom backups
# are sealed (age's public keys, age1…), and the folder of pg_dump and pg_restore, where it is none of the usual ones.
DATABASE_BACKUP_URL: str = env.str("DATABASE_BACKUP_URL", default="")
BACKUP_RECIPIENTS: list[str] = env.list("BACKUP_RECIPIENTS", default=[])
POSTGRES_PROGRAMS: str = env.str("POSTGRES_PROGRAMS", default="")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# The database cache: the web process never talks to Redis, so a form succeeds with the broker down.
CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "cache_entry"}}

AUTH_USER_MODEL = "partnerships.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("email", "name")},
    },
    {"NAME": "accounts.password_words.NotOurWords"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
# Nobody signs up; but without the password field named here, allauth drops it from signing in as well.
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 10 * 60
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = False
# Longer than its code works, so that whoever comes back late is asked for a new one and not for their address again.
ACCOUNT_LOGIN_TIMEOUT = 60 * 60
# Three wrong tries void a code, and a fresh one can be asked for as often.
ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS = ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = 3
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 10 * 60
ACCOUNT_RATE_LIMITS = {"request_login_code": "20/m/ip,3/m/key,12/h/key", "reauthenticate": "10/m/user"}
# A calendar program asks every few minutes at most; what is no feed at all is counted by where it is asked for.
ACCOUNT_RATE_LIMITS |= {"calendar": "120/h/key", "calendar_unknown": "60/m/ip"}
# Receipts of GOV.UK Notify that bring a wrong token.
ACCOUNT_RATE_LIMITS |= {"receipts_unknown": "60/m/ip"}
# Tests of how e-mails leave: each holds one of the few processes for as long as a mail server thinks.
ACCOUNT_RATE_LIMITS |= {"test_mail": "5/m/user,20/h/user"}
ACCOUNT_FORMS = {"user_token": "accounts.passwords.ResetLinkForm"}
MFA_ADAPTER = "accounts.second_step_adapter.SecondStepAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_FORMS = {
    "authenticate": "accounts.second_step_forms.EnterForm",
    "authenticate_webauthn": "accounts.second_step_forms.EnterByPasskeyForm",
    "activate_totp": "accounts.second_step_forms.AddAppForm",
    "add_webauthn": "accounts.second_step_forms.AddPasskeyForm",
    "edit_webauthn": "accounts.second_step_forms.RenamePasskeyForm",
}
MFA_TOTP_ISSUER = "Escalation tracker"
# One step either way, because people type slowly; no code works twice (accounts/second_step_forms.py).
MFA_TOTP_TOLERANCE = 1
MFA_RECOVERY_CODES_SHOW_ONCE = True
SESSION_COOKIE_AGE = int(timedelta(hours=12).total_seconds())
SESSION_IDLE = timedelta(minutes=env.int("SESSION_IDLE_MINUTES", default=120))

# Requests to addresses that somebody typed (accounts/outgoing.py): https to public addresses alone. OUTGOING_ALLOW names the
# hosts and networks inside that may be asked all the same; OUTGOING_PROXY and OUTGOING_CA are for networks that have their own.
OUTGOING_HTTP = env.bool("OUTGOING_HTTP", default=False)
OUTGOING_ALLOW: list[str] = env.list("OUTGOING_ALLOW", default=[])
OUTGOING_PROXY: str = env.str("OUTGOING_PROXY", default="")
OUTGOING_CA: str = env.str("OUTGOING_CA", default="")

# Single sign-on: the rows are accounts.SignOn, their secrets SIGN_ON_SECRET_<NAME> or SIGN_ON_SECRET_<NAME>_FILE. Beyond the
# partnership that provides it, a sign-on is believed only for what stands here: key:domain, of people in several partnerships.
SOCIALACCOUNT_ADAPTER = "accounts.single_sign_on.adapter.SocialAccountAdapter"
SOCIALACCOUNT_STORE_TOKENS = False
SIGN_ON_ACROSS: list[str] = env.list("SIGN_ON_ACROSS", default=[])

_https = BASE_URL.startswith("https://")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = _https
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = LANGUAGE_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_NAME = "__Host-language" if _https else "language"
LANGUAGE_COOKIE_AGE = int(timedelta(days=365).total_seconds())
if _https:  # such names are taken by browsers from this host alone, over TLS alone, for the whole of it
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-session", "__Host-csrf"
SECURE_HSTS_SECONDS = 31_536_000 if _https else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = _https
SECURE_REFERRER_POLICY = "same-origin"
_behind_proxy = env.bool("BEHIND_TLS_PROXY", default=False)
# Only where it can be told how somebody came: without the proxy's word every request would look like plain HTTP.
SECURE_SSL_REDIRECT = _https and _behind_proxy
# A program is refused, not sent on (partnerships/middleware.py).
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^metrics$", r"^p/[^/]+/api/"]
if _behind_proxy:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    # Or everybody would be one address, the proxy's, and one person's wrong passwords would shut everybody out.
    ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXIES", default=1)
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
# Whom to tell of a weakness in this installation: mailto:… or https://…; without it /.well-known/security.txt is not there.
SECURITY_CONTACT: str = env.str("SECURITY_CONTACT", default="")
# Whom to tell that a page keeps somebody out: an e-mail address or https://…; a partnership's own page names its office.
ACCESSIBILITY_CONTACT: str = env.str("ACCESSIBILITY_CONTACT", default="")
CSRF_FAILURE_VIEW = "escalation.views.errors.csrf_failure"
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500
DATA_UPLOAD_MAX_NUMBER_FILES = 5
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.MemoryFileUploadHandler", "partnerships.uploading.BoundedUpload"]
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024

REDIS_URL: str = env.str("REDIS_URL", default="")
CELERY_BROKER_URL = REDIS_URL or "memory://"
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = "Europe/London"
CELERY_BEAT_SCHEDULE_FILENAME = str(STATE_DIR / "celerybeat-schedule")
CELERY_BEAT_SCHEDULER = "config.beating.Scheduler"
TICK_SECONDS = env.float("TICK_SECONDS", default=30.0)
ACCOUNT_MAIL_SECONDS = env.float("ACCOUNT_MAIL_SECONDS", default=2.0)
# Where the newest entry of every chronology is given once a day, for somebody to keep whom the database's owner cannot
# overrule: e-mail addresses, and a file on a disk that is only added to. verify_chronology --witness compares them.
CHAIN_WITNESS_EMAIL: list[str] = env.list("CHAIN_WITNESS_EMAIL", default=[])
CHAIN_WITNESS_FILE: str = env.str("CHAIN_WITNESS_FILE", default="")
REMINDER_SECONDS = env.float("REMINDER_SECONDS", default=3600.0)
TICK_LASTS = lasts(TICK_SECONDS)
CELERY_BEAT_SCHEDULE = schedule(tick=TICK_SECONDS, remind=REMINDER_SECONDS, mail=ACCOUNT_MAIL_SECONDS)

# Real mail goes out by EMAIL_URL (smtp+tls://user:password@host:587); without one, mail is kept in files under STATE.
vars().update(env.email("EMAIL_URL", default=f"filemail:///{STATE_DIR / 'mail'}"))
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = env.str("MAIL_FROM", default="escalation-tracker@tracker.example")
# Under which domains a partnership may write in its own name; where post offices send back what they could not deliver (the
# sender, if empty); whose certificates a mail server inside may show.
MAIL_SENDER_DOMAINS: list[str] = env.list("MAIL_SENDER_DOMAINS", default=[])
MAIL_RETURNS_TO: str = env.str("MAIL_RETURNS_TO", default="")
MAIL_CA: str = env.str("MAIL_CA", default="")
# Where there is a key of GOV.UK Notify, e-mails leave by it: a template with ((subject)) and ((message)).
NOTIFY_API_KEY: str = env.str("NOTIFY_API_KEY", default="")
NOTIFY_TEMPLATE_ID: str = env.str("NOTIFY_TEMPLATE_ID", default="")
NOTIFY_URL: str = env.str("NOTIFY_URL", default="https://api.notifications.service.gov.uk")
# What comes back. The token with which Notify tells what became of an e-mail is kept as its SHA-256 alone (manage.py
# receipts_token); the mailbox of MAIL_RETURNS_TO is read where its address stands here: imaps://user:password@host/folder.
NOTIFY_CALLBACK_DIGEST: str = env.str("NOTIFY_CALLBACK_DIGEST", default="")
BOUNCES_URL: str = env.str("BOUNCES_URL", default="")
BOUNCES_SECONDS = env.float("BOUNCES_SECONDS", default=120.0)
if BOUNCES_URL:
    CELERY_BEAT_SCHEDULE["read what came back"] = {
        "task": "notifications.read_reports",
        "schedule": BOUNCES_SECONDS,
        "options": {"expires": BOUNCES_SECONDS},
    }

REST_FRAMEWORK: dict[str, Any] = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["escalation.api.authentication.PartnershipTokenAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "URL_FORMAT_OVERRIDE": None,
    "EXCEPTION_HANDLER": "escalation.api.errors.refusals",
    "UNAUTHENTICATED_USER": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Escalation tracker",
    "DESCRIPTION": "Disagreements between agencies that safeguard children: read them, and act on them, as the pages do.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SCHEMA_PATH_PREFIX": "/p/{slug}/api/v1",
    "POSTPROCESSING_HOOKS": ["escalation.api.schema.tidy"],
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
}

# The record's language, and the one on trial for pages (partnerships/languages.py, locale/).
LANGUAGE_CODE = "en-gb"
LANGUAGES = [("en-gb", "English"), ("cy", "Cymraeg")]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Europe/London"
USE_TZ = True
STATIC_URL = "/static/"
STATIC_ROOT = Path(os.environ.get("STATIC_ROOT", STATE_DIR / "static"))
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
# Files that lie with disagreements: private, below no address, the same folder for web and worker. `CLAMD_URL` says who
# scans them (tcp://host:3310 or unix:///path); without it nothing is scanned, and the pages say so.
MEDIA_ROOT = Path(os.environ.get("FILES_DIR", STATE_DIR / "files"))
CLAMD_URL: str = env.str("CLAMD_URL", default="")
LOGGING = logging_settings(
    form=env.str("LOG_FORMAT", default="json" if DEPLOYMENT == "production" else "line"),
    level=env.str("LOG_LEVEL", default="INFO"),
    whole=DEBUG,
)
# Figures for Prometheus at /metrics, for who brings the token or comes from one of the networks; without either it is not there.
METRICS_TOKEN: str = env.str("METRICS_TOKEN", default="")
METRICS_NETWORKS: list[str] = env.list("METRICS_NETWORKS", default=[])
METRICS_DIR: str = env.str("METRICS_DIR", default=f"/tmp/tracker-metrics-{crc32(str(STATE_DIR).encode())}")  # noqa: S108
# Who is told when the installation does not work (manage.py watch), and by which mail server where it is to be another one.
OPERATORS_EMAIL: list[str] = env.list("OPERATORS_EMAIL", default=[])
OPERATORS_EMAIL_URL: str = env.str("OPERATORS_EMAIL_URL", default="")
