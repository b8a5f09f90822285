"""Which version of the product this is, as far as it can be told; for people to read, nothing depends on it."""

from __future__ import annotations

import os
import subprocess

from django.conf import settings


def product() -> str:
    """What PRODUCT_VERSION says, or the commit of the checkout, or that nobody said."""
    if named := os.environ.get("PRODUCT_VERSION"):
        return named
    try:
        asked = ["git", "-C", str(settings.BASE_DIR), "rev-parse", "--short", "HEAD"]
        return subprocess.run(asked, check=True, capture_output=True, text=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return "not said"
