"""Let somebody look after the machine: how an installation gets its first operator, and how one ceases to be it."""

from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email
from django.db import transaction

from accounts.ending import end_sessions_where_nothing_is_left
from partnerships.models import User
from partnerships.scope import person_scope
from partnerships.selectors import memberships_of


class Command(BaseCommand):
    help = (
        "Let somebody open the operators' page, which shows counts and ages and no disagreement. They sign in by a code that is "
        "sent to their e-mail address, and set up a second step. --end takes it away."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email")
        parser.add_argument("name", nargs="?", default="")
        parser.add_argument("--end", action="store_true", help="they are an operator no longer, and are signed out")

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        try:
            validate_email(options["email"])
        except ValidationError as wrong:
            raise CommandError(f"{options['email']!r} is no e-mail address.") from wrong
        email = User.objects.normalise(options["email"])
        known = User.objects.filter(email=email, rehearses=None).first()
        if options["end"]:
            self._end(known, email=email)
            return
        user = known or User(email=email, name=options["name"])
        self._refuse(user)
        if known is None:
            user.set_unusable_password()
        user.is_operator = True
        user.save()
        self.stdout.write(f"{user} may sign in as an operator, and then open /operations/.")

    def _refuse(self, user: User) -> None:
        """Operators see no disagreement (issue 4, section 2), so nobody is one and a member of a partnership too."""
        if user.pk is not None:
            with person_scope(user.pk):
                if memberships_of(user.pk):
                    raise CommandError(f"{user} is in a partnership. Operators see no disagreement: use another address for it.")
        if user.is_demo or not user.is_active:
            raise CommandError(f"{user} cannot be an operator.")
        if not user.name:
            raise CommandError("Give their name as well.")

    def _end(self, user: User | None, *, email: str) -> None:
        if user is None or not user.is_operator:
            raise CommandError(f"No operator here has the address {email!r}.")
        user.is_operator = False
        user.save(update_fields=["is_operator"])
        end_sessions_where_nothing_is_left(user)
        self.stdout.write(f"{user} is an operator no longer.")
