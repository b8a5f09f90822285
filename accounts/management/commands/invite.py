"""Let a person into a partnership: how an installation gets its first partnership manager and administrator."""

from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email
from django.db import transaction

from accounts.members.permissions import Access
from accounts.members.writing import in_log, why_not_a_member
from partnerships.administering import Did, note_administration
from partnerships.models import Agency, MemberRole, Partnership, User
from partnerships.scope import partnership_scope
from partnerships.services import add_member


class Command(BaseCommand):
    help = "Let a person into a partnership. They sign in by a code that is sent to their e-mail address."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("partnership", help="its part of the address, for example barnsley")
        parser.add_argument("email")
        parser.add_argument("name")
        parser.add_argument("role", choices=MemberRole.values)
        parser.add_argument("--agency", default="", help="the key of their agency")
        parser.add_argument("--protocol-role", default="", help="the key of their role in the protocol")
        parser.add_argument("--job-title", default="")

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        partnership = Partnership.objects.filter(slug=options["partnership"]).first()
        if partnership is None:
            raise CommandError(f"There is no partnership {options['partnership']!r}.")
        if partnership.rehearsal_of_id is not None:
            raise CommandError("A rehearsal has invented people only.")
        try:
            validate_email(options["email"])
        except ValidationError as wrong:
            raise CommandError(f"{options['email']!r} is no e-mail address.") from wrong
        email = User.objects.normalise(options["email"])
        user = User.objects.filter(email=email).first() or User.objects.create_user(email, name=options["name"])
        if refusal := why_not_a_member(user):
            raise CommandError(refusal)
        with partnership_scope(partnership.pk):
            agency = Agency.objects.filter(key=options["agency"]).first()
            if options["agency"] and agency is None:
                raise CommandError(f"{partnership} has no agency {options['agency']!r}.")
            member = add_member(
                user,
                role=options["role"],
                agency=agency,
                protocol_role=options["protocol_role"],
                job_title=options["job_title"],
            )
            note_administration(Did.LET_IN, by=None, about=user, member=member.pk, **in_log(Access.of(member)))
            self.stdout.write(f"{member.user} may sign in as {member.get_role_display().lower()} of {partnership}.")
