"""The settings under test: plain static files, a quick password hash; every other setting is the real one."""

from .settings import *  # noqa: F403
from .settings import STORAGES

DEPLOYMENT = "demo"
DEMO_DOORS = True
STORAGES = STORAGES | {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
WHITENOISE_AUTOREFRESH = WHITENOISE_USE_FINDERS = True
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
