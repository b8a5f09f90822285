"""Load one protocol file into a partnership, founding it where it is new; a broken file changes nothing at all."""

from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from partnerships import selectors, services
from partnerships.models import Partnership, ProtocolVersion
from partnerships.protocol import Protocol
from partnerships.protocol_file import read_protocol
from partnerships.scope import partnership_scope


class Command(BaseCommand):
    help = "Load a protocol file into a partnership: as a draft, or with --from as the version in force from that day."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("partnership", help="its part of the address, for example cheshire-east")
        parser.add_argument("file", type=Path)
        parser.add_argument("--name", default="", help="found the partnership under this name, if there is none yet")
        parser.add_argument("--prefix", default="", help="what its references begin with, for example CE")
        parser.add_argument("--from", dest="first_day", type=date.fromisoformat, help="publish it from this day, 2027-01-31")

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        protocol = self._read(options["file"])
        partnership = self._partnership(options["partnership"], name=options["name"], prefix=options["prefix"])
        with partnership_scope(partnership.pk):
            digest = services.digest_of(protocol)
            version = ProtocolVersion.objects.filter(line=protocol.key, digest=digest).first()
            if version is None:
                version = services.draft_protocol(protocol, origin=options["file"].name, origin_digest=digest)
            done = "is stored as a draft"
            if options["first_day"] is not None:
                try:
                    services.publish_protocol(version, effective_from=options["first_day"])
                except services.PartnershipRefused as refused:
                    raise CommandError(str(refused)) from refused
                done = f"is published from {options['first_day']}"
            left = len(selectors.unconfirmed(version))
            self.stdout.write(f"{partnership}: version {version.number} {done}; {left} assumed rules to confirm.")

    def _read(self, path: Path) -> Protocol:
        try:
            reading = read_protocol(path.read_bytes(), name=path.name)
        except OSError as wrong:
            raise CommandError(f"{path} cannot be read: {wrong.strerror}.") from wrong
        if reading.protocol is None:
            said = [str(problem) for problem in reading.problems]
            raise CommandError("\n".join(["Nothing was changed. The file has these problems:", *said]))
        return reading.protocol

    def _partnership(self, slug: str, *, name: str, prefix: str) -> Partnership:
        found = Partnership.objects.filter(slug=slug).first()
        if found is not None:
            return found
        if not (name and prefix):
            raise CommandError(f"There is no partnership {slug!r}. Give --name and --prefix to found it.")
        return services.found_partnership(slug=slug, name=name, reference_prefix=prefix)
