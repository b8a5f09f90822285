"""Which person of ours somebody is whom a provider vouches for. Nobody gets an account, and nobody becomes somebody else."""

from __future__ import annotations

from typing import Any

from allauth.socialaccount.models import SocialAccount
from django.db import IntegrityError, transaction

from partnerships.models import Agency, User
from partnerships.scope import partnership_scope, person_scope
from partnerships.selectors import memberships_of

from ..models import SignOn
from .reading import speaks_everywhere


class NotLetIn(Exception):
    """Why they are not let in: a title and a sentence for themselves. Nothing about them is kept."""

    def __init__(self, title: str, sentence: str) -> None:
        super().__init__(title)
        self.title, self.sentence = title, sentence


ASK = "Ask your partnership office."


def recognise(sign_on: SignOn, claims: dict[str, Any]) -> User:
    """The person whom the provider means, or the reason why nobody. What the provider says about their name, post or picture
    is not read; its name for them (`sub`) is remembered the first time and must be the same ever after, or whoever is given
    a leaver's address would be given their disagreements too."""
    email = _address(sign_on, claims)
    domain = email.rpartition("@")[2]
    with transaction.atomic():
        # The office may give somebody another address; two sign-ins at once are taken one after the other.
        person = User.objects.select_for_update().filter(email=email, is_active=True, is_operator=False).first()
        if person is None:
            raise _unknown(sign_on)
        _belongs_there(person, sign_on, domain)
        _remember(person, sign_on, str(claims["sub"]))
    return person


def _address(sign_on: SignOn, claims: dict[str, Any]) -> str:
    said = str(claims.get("email") or "")
    # Some letters of other alphabets become ours when they are made small: another address, and then the same.
    email = User.objects.normalise(said) if said.isascii() else ""
    name, _, domain = email.rpartition("@")
    if not name:
        raise NotLetIn(
            f"{sign_on.name} did not say what your e-mail address is",
            "We know people by their e-mail address. Your IT service has to let the sign-on pass it on (the scope “email”).",
        )
    if domain not in sign_on.domains:
        raise NotLetIn(
            f"{sign_on.name} does not speak for your e-mail address",
            f"It vouches for addresses that end in {' or '.join(sign_on.domains)}. Sign in with a code instead.",
        )
    verified = claims.get("email_verified")
    if verified not in (True, "true") and not (verified is None and _gives_out(sign_on, domain)):
        raise NotLetIn(
            f"{sign_on.name} has not checked your e-mail address", "Sign in with a code instead, and tell your IT service."
        )
    return email


def _gives_out(sign_on: SignOn, domain: str) -> bool:
    """Many workplace systems do not say whether an address is checked, because they give it out themselves. The office says
    of which domains that is true, by the list of each agency's own domains."""
    with partnership_scope(sign_on.provided_for_id):
        agencies = Agency.objects.filter(active=True, email_domains__contains=[domain])
        return (agencies.filter(key=sign_on.agency) if sign_on.agency else agencies).exists()


def _unknown(sign_on: SignOn) -> NotLetIn:
    return NotLetIn(
        "The tracker does not know you yet",
        f"{sign_on.name} says who you are, but you have not been invited. {ASK} Nothing about you was kept.",
    )


def _belongs_there(person: User, sign_on: SignOn, domain: str) -> None:
    """A partnership's administrator chooses whom to believe, for that partnership. They must not be able to let themselves
    into another one by it, as somebody who works in both."""
    with person_scope(person.pk):
        places = {member.partnership_id for member in memberships_of(person.pk)}
    if sign_on.provided_for_id not in places and not speaks_everywhere(sign_on, domain):
        raise _unknown(sign_on)
    if places - {sign_on.provided_for_id} and not speaks_everywhere(sign_on, domain):
        raise NotLetIn(
            "Sign in with a code",
            f"You also work in a partnership that did not choose {sign_on.name}, so we cannot take its word alone.",
        )


def _remember(person: User, sign_on: SignOn, subject: str) -> None:
    """No profile, no token: only which of theirs is which of ours."""
    there = SocialAccount.objects.filter(provider=sign_on.key)
    own, same = there.filter(user=person).first(), there.filter(uid=subject).first()
    if own is None and same is None:
        try:
            with transaction.atomic():
                SocialAccount.objects.create(user=person, provider=sign_on.key, uid=subject, extra_data={})
        except IntegrityError:
            raise _somebody_else(sign_on) from None
    elif own is None or own.uid != subject:
        raise _somebody_else(sign_on)


def _somebody_else(sign_on: SignOn) -> NotLetIn:
    return NotLetIn(
        "This is not the person we know",
        f"{sign_on.name} gives this e-mail address to somebody else than when it was first used here. {ASK}",
    )
