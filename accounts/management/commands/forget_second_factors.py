"""Take away the second factors of somebody who lost their device: for operators, and where an office has nobody else."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.lost import forget_second_factors
from partnerships.models import User


class Command(BaseCommand):
    help = "Take away a person's second factors and end their sessions. Make sure by telephone that it is them who asks."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email")

    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.filter(email=User.objects.normalise(options["email"]), rehearses=None).first()
        if user is None:
            raise CommandError(f"Nobody here has the address {options['email']!r}.")
        forgotten = forget_second_factors(user, by=None)
        self.stdout.write(f"{user}: {forgotten} taken away, signed out everywhere, and told by e-mail.")
