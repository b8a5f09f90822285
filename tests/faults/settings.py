"""The settings of the processes that faults are done to: the tests' own, and an impatience with mail servers."""

from config.settings_test import *  # noqa: F403

EMAIL_TIMEOUT = 5
