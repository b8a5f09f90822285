"""Examine a deployment and explain each finding: what is wrong, what to do, where to read more."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from operations.doctor import Finding, examine
from operations.doctor.around import one_sent
from operations.doctor.finding import Grave

MARKS = {Grave.WELL: "well ", Grave.NOTE: "note ", Grave.WRONG: "WRONG"}


class Command(BaseCommand):
    help = (
        "Examine this installation and explain each finding. Run it where a worker runs, with its settings. It prints no secret, "
        "and changes nothing. Ends with 0 where all is well, 1 where there are notes, 2 where something is wrong."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="say it for a program")
        parser.add_argument("--send-to", metavar="ADDRESS", help="send a test e-mail to this address as well")

    def handle(self, *args: Any, **options: Any) -> None:
        found: list[Finding] = []
        for finding in examine():
            found.append(finding)
            if not options["json"]:
                self._say(finding)
        if options["send_to"]:
            found.append(one_sent(options["send_to"]))
            if not options["json"]:
                self._say(found[-1])
        graves = [finding.grave for finding in found]
        if options["json"]:
            self.stdout.write(json.dumps([finding.parts() for finding in found], indent=1))
        else:
            numbers = f"{graves.count(Grave.WRONG)} wrong, {graves.count(Grave.NOTE)} to note, {graves.count(Grave.WELL)} well"
            self.stdout.write(f"\n{numbers}.")
        if code := 2 if Grave.WRONG in graves else 1 if Grave.NOTE in graves else 0:
            sys.exit(code)

    def _say(self, finding: Finding) -> None:
        self.stdout.write(f"{MARKS[finding.grave]}  {finding.sentence}")
        if finding.do:
            self.stdout.write(f"         {finding.do} ({finding.see})")
