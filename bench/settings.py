"""The settings under measurement: the real ones, with the bare views beside the product's pages."""

from config.settings import *  # noqa: F403
from config.settings import INSTALLED_APPS, STORAGES, TEMPLATES

DEBUG = False
ROOT_URLCONF = "bench.urls"
INSTALLED_APPS = [*INSTALLED_APPS]
STORAGES = STORAGES | {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
WHITENOISE_AUTOREFRESH = WHITENOISE_USE_FINDERS = False
TEMPLATES = [TEMPLATES[0] | {"DIRS": [*TEMPLATES[0]["DIRS"], "bench/templates"]}]
LOGGING_CONFIG = None
