"""Look whether everything is well, and tell the operators; for a timer of the machine's own, or as a process beside."""

from __future__ import annotations

import time
from argparse import ArgumentParser
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from operations import alarming, beating


class Command(BaseCommand):
    help = (
        "Look whether everything is well, and send the operators (OPERATORS_EMAIL) an e-mail when something begins to be wrong, "
        "once a day while it lasts, and when it is over. It needs neither beat nor a worker, so that it notices when they are "
        "dead. Without --once it goes on looking every minute."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--once", action="store_true", help="look once and end: for cron or a systemd timer")
        parser.add_argument("--seconds", type=float, default=60.0, help="how often to look (60)")
        parser.add_argument("--verify", action="store_true", help="verify every chronology too, and note when: once a night")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["verify"]:
            self._verify()
        while True:
            told = alarming.look_once()
            self._say(told)
            beating.give_back()
            if options["once"] or options["verify"]:
                return
            time.sleep(options["seconds"])

    def _say(self, told: alarming.Told | None) -> None:
        if told is None:
            self.stdout.write("Somebody else is looking.")
        elif told:
            self.stdout.write(told.text)

    def _verify(self) -> None:
        try:
            call_command("verify_chronology", stdout=self.stdout, stderr=self.stderr)
        except CommandError:
            beating.failed(beating.VERIFICATION, "Faults")
            raise
        beating.ended(beating.VERIFICATION)
