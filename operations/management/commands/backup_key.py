"""Make the pair of keys that backups are sealed to and opened with."""

from __future__ import annotations

import os
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

import pyrage
from django.core.management.base import BaseCommand, CommandError

from operations.backing_up.programs import NotPossible
from operations.backing_up.sealed import identities


class Command(BaseCommand):
    help = (
        "Write a new private key into FILE, as age-keygen does, and print the public key for BACKUP_RECIPIENTS. Do it on another "
        "machine than the one that is backed up, and keep the file there: without it no backup opens. Never writes over a file."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--public", action="store_true", help="print the public key of a file that is there")

    def handle(self, *args: Any, file: Path, public: bool, **options: Any) -> None:
        if public:
            try:
                self.stdout.writelines(str(key.to_public()) for key in identities(file))
            except NotPossible as refused:
                raise CommandError(str(refused)) from refused
            return
        made = pyrage.x25519.Identity.generate()
        try:
            handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except OSError as wrong:
            raise CommandError(f"The file cannot be made: {wrong.strerror}.") from wrong
        with os.fdopen(handle, "w") as target:
            target.write(f"# public key: {made.to_public()}\n{made}\n")
        self.stdout.write(str(made.to_public()))
