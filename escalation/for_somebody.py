"""What the partnership office records for somebody who telephoned or wrote to it: what may be, and how it is told.

Somebody named here has no computer at hand, or no account. Their word counts as theirs: whether it is theirs to give is asked
of them and not of the office, and whose turn it is follows from what was said, not from who wrote it down."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from partnerships.models import User
from partnerships.templatetags.govuk import moment

from .models import Disagreement, Party
from .moves import YES, Verdict, no
from .permissions import Ties, Viewer, may, ties

# How it came in: an enumerated value in the entry, and how the chronology says it.
CAME_BY: dict[str, str] = {
    "telephone": gettext_noop("By telephone"), "email": gettext_noop("By e-mail"), "in_person": gettext_noop("In person"),
}  # fmt: skip
FROM: dict[str, str] = {
    "telephone": gettext_noop("a telephone call"), "email": gettext_noop("an e-mail"),
    "in_person": gettext_noop("what they said in person"),
}  # fmt: skip
# What can be said on the telephone and is only a report of it. To agree, to confirm, to decide and to answer a proposed outcome
# is to fix a text that they have not seen: they do it themselves, or the office does what the protocol lets it do in its own
# name. Dates, marks, people and panels the office changes in its own name too.
FOR_OTHERS = (
    "acknowledge", "book_conversation", "record_conversation", "record_progress", "pass_on", "escalate", "tell_raiser",
    "record_satisfaction", "confirm_on_file", "record_learning", "add_action", "finish_action", "withdraw",
)  # fmt: skip
OFFICE_ALONE = gettext_noop("Only the partnership manager records what somebody else has said or done.")
NOT_BY_TELEPHONE = gettext_noop("They do this themselves, because it fixes words that they must have seen.")


@dataclass(frozen=True)
class ForSomebody:
    """For whom something is recorded, how it came in and when: what the office's form adds to that of the act."""

    party: int
    came_by: str
    came_at: datetime

    @property
    def data(self) -> dict[str, Any]:
        return {"for_party": self.party, "came_by": self.came_by, "came_at": self.came_at.isoformat()}


def may_record_for_others(viewer: Viewer) -> Verdict:
    return YES if viewer.is_office else no(_(OFFICE_ALONE))


def stands_for(party: Party) -> Viewer:
    """The named person as permissions see them: as this party and nothing else, whether they have an account or not."""
    person = party.user or User(pk=0, email=party.email.lower() or _nobodys(party), name=party.name)
    return Viewer(user=person, roles=frozenset(), agency_ids=frozenset([party.agency_id]), protocol_roles=frozenset())


def ties_of(party: Party, disagreement: Disagreement, people: Iterable[Party]) -> Ties:
    return ties(stands_for(party), disagreement, [_reachable(p) if p.pk == party.pk else p for p in people])


def may_for(verb: str, party: Party, disagreement: Disagreement, people: Iterable[Party]) -> Verdict:
    """Whether this is theirs to do, and of what can be recorded for somebody."""
    return may(verb, ties_of(party, disagreement, people)) if verb in FOR_OTHERS else no(_(NOT_BY_TELEPHONE))


def _nobodys(party: Party) -> str:
    return f"party-{party.pk}@nowhere.invalid"


def _reachable(party: Party) -> Party:
    """Of whom no address is known, one to be known by here alone."""
    found = copy.copy(party)
    found.email = party.email or ("" if party.user_id else _nobodys(party))
    return found


def recorded_by(who: str, data: Mapping[str, Any], people: Iterable[Party]) -> str:
    """Who recorded an entry; where the office did for somebody, for whom, and how and when it had come in."""
    if "for_party" not in data:
        return who
    name = next((party.name for party in people if party.pk == data["for_party"]), _("somebody"))
    said = _("the partnership office (%(who)s) for %(name)s, from %(how)s, %(when)s")
    when = moment(datetime.fromisoformat(data["came_at"]))
    how = FROM[data["came_by"]]
    return said % {"who": who, "name": name, "how": _(how), "when": when}
