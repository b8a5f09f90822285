"""Make a token of the API for a member, and print its secret once."""

from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from partnerships import services
from partnerships.models import Membership, Partnership, User
from partnerships.scope import partnership_scope
from partnerships.token_scopes import everything


class Command(BaseCommand):
    help = "Make a token of the API for a member of a partnership. Its secret is printed once and never stored."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("partnership", help="as it stands in addresses, for example barnsley")
        parser.add_argument("email", help="of the member in whose name the program acts")
        parser.add_argument("--name", default="Made by command", help="which program it is for")
        parser.add_argument("--days", type=int, default=90, help="how long it lasts (90)")
        parser.add_argument("--scope", action="append", choices=everything(), help="what it may be used for (everything)")

    def handle(self, *args: Any, **options: Any) -> None:
        partnership = Partnership.objects.filter(slug=options["partnership"]).first()
        if partnership is None:
            raise CommandError("There is no partnership of that name.")
        user = User.objects.filter(email=User.objects.normalise(options["email"]), is_active=True).first()
        if not 1 <= options["days"] <= services.LONGEST_TOKEN.days:
            raise CommandError(f"A token lasts from 1 to {services.LONGEST_TOKEN.days} days.")
        with partnership_scope(partnership.pk):
            if user is None or not Membership.objects.filter(user=user, active=True).exists():
                raise CommandError("That address is not of a member of this partnership.")
            try:
                token, secret = services.issue_token(
                    user, name=options["name"], lives=timedelta(days=options["days"]), scopes=options["scope"]
                )
            except services.PartnershipRefused as refused:
                raise CommandError(str(refused)) from refused
        self.stdout.write(secret)
        self.stderr.write(f"For {user} in {partnership}, until {token.expires_at:%-d %B %Y}. It is not shown again.")
