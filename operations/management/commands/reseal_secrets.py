"""Seal everything under the present SECRET_KEY; the working is `operations.resealing`."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from operations.resealing import reseal


class Command(BaseCommand):
    help = (
        "After changing SECRET_KEY (the old one in SECRET_KEY_FALLBACKS): seal under the present key whatever is sealed under an "
        "old one, and say what that was. With --check: only say it, and end with 1 while the old key is still needed."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="change nothing")

    def handle(self, *args: Any, check: bool, **options: Any) -> None:
        looked = reseal(only_look=check)
        for words, count in looked.counts.items():
            old = f"under an old one {count.old}" if check else f"sealed anew {count.old}"
            lost = f", open with no key {count.lost}" if count.lost else ""
            self.stdout.write(f"{words}: under the present key {count.present}, {old}{lost}")
        if looked.lost:
            raise CommandError(
                "Some open with no key that is set. Put the key that they were sealed with into SECRET_KEY_FALLBACKS."
            )
        if check and looked.old:
            raise CommandError("An old key is still needed. Run this without --check.")
        self.stdout.write("Nothing needs an old key any more, but sessions, codes and links of the last twelve hours.")
