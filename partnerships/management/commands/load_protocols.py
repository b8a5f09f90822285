"""Found the shipped partnerships and publish their protocols from the files; a broken file changes nothing at all."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import yaml
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from partnerships import selectors, services
from partnerships.models import ProtocolVersion
from partnerships.protocol import Protocol
from partnerships.protocol_file import read_protocol
from partnerships.scope import partnership_scope

SHIPPED = "shipped with the product"
HERE = Path(__file__).resolve().parents[2]


class Command(BaseCommand):
    help = "Found the shipped partnerships and publish their protocols."

    def handle(self, *args: Any, **options: Any) -> None:
        shipped = yaml.safe_load((HERE / "shipped.yml").read_text())
        protocols = self._read([entry["slug"] for entry in shipped])
        with transaction.atomic():
            for entry in shipped:
                self._load(entry, protocols[entry["slug"]])

    def _read(self, slugs: list[str]) -> dict[str, Protocol]:
        found, problems = {}, []
        for slug in slugs:
            path = HERE / "protocols" / f"{slug}.yml"
            reading = read_protocol(path.read_bytes(), name=path.name)
            problems += [str(problem) for problem in reading.problems]
            if reading.protocol is not None:
                found[slug] = reading.protocol
        if problems:
            raise CommandError("\n".join(["Nothing was changed. The protocol files have these problems:", *problems]))
        return found

    def _load(self, entry: dict[str, str], protocol: Protocol) -> None:
        partnership = services.found_partnership(**entry)
        with partnership_scope(partnership.pk):
            digest = services.digest_of(protocol)
            newest = ProtocolVersion.objects.filter(line=protocol.key).order_by("-number").first()
            # What its administrators have begun since is theirs: a release never publishes over their heads.
            if newest is not None and (newest.digest == digest or newest.origin != SHIPPED):
                return
            version = services.draft_protocol(protocol, origin=SHIPPED, origin_digest=digest)
            # A first version is in force from long ago, so that a history can be told under it.
            first_day = selectors.today() if newest else selectors.today().replace(year=selectors.today().year - 2, day=1)
            while services.why_not_that_day(version.line, first_day):  # the second release in a day
                first_day += timedelta(days=1)
            services.publish_protocol(version, effective_from=first_day)
            self.stdout.write(f"{partnership}: version {version.number} published.")
