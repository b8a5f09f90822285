"""What every start of the web process has in common, wherever it listens: gunicorn finds this file in the folder it starts in.

Its own lines go where ours go and in the same form, without any address: an address may hold what somebody searched for."""

import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

from django.conf import settings

_ours = settings.LOGGING
logconfig_dict = {
    **_ours,
    "loggers": {
        **_ours["loggers"],
        "gunicorn.error": {"level": "INFO", "handlers": [], "propagate": True},
        "gunicorn.access": {"level": "INFO", "handlers": [], "propagate": True},
    },
}
# Off, as the product writes a line for each request itself; and without an address where somebody turns it on.
accesslog = None
access_log_format = "%(m)s %(s)s in %(M)s ms"


def on_starting(server: object) -> None:
    """What processes that are gone have counted: a restart begins the counters anew, which Prometheus knows."""
    if settings.METRICS_TOKEN or settings.METRICS_NETWORKS:
        for file in Path(settings.METRICS_DIR).glob("*.db"):
            file.unlink(missing_ok=True)
