"""What was done to a partnership, in a sentence for each kind; knows no page."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from partnerships.administering import AdministrationEntry, Did
from partnerships.models import MemberRole

from .forms import ArrangementsForm

ROLES: dict[str, str] = {role.value: role.label for role in MemberRole}
FIELDS = {
    "role": "what they may do", "agency": "agency", "protocol_role": "role under the protocol",
    "job_title": "job title", "telephone": "telephone number",
}  # fmt: skip

MAIL = {
    "sender_name": "the sender’s name", "sender_address": "the sender’s address", "reply_to": "where answers go",
    "notify": "the service of GOV.UK Notify", "notify_template": "its template", "notify_reply_to": "where its answers go",
}  # fmt: skip


@dataclass(frozen=True)
class Names:
    """What keys in the log are called now: agencies and roles under the protocol."""

    agencies: Mapping[str, str]
    protocol_roles: Mapping[str, str]

    def access(self, data: Mapping[str, Any]) -> str:
        role = ROLES.get(str(data.get("role", "")), str(data.get("role", "")))
        under = self.protocol_roles.get(str(data.get("protocol_role", "")), str(data.get("protocol_role", "")))
        agency = self.agencies.get(str(data.get("agency", "")), str(data.get("agency", "")))
        return ", ".join(part for part in (role, under, agency) if part)


def _let_in(who: str, data: Mapping[str, Any], names: Names) -> str:
    """An invitation's line names no disagreement: whoever reads this log may see none."""
    if "invitation" in data:
        return f"Let {who} in to one disagreement, to which they were invited."
    return f"Let {who} in{' again' if data.get('again') else ''}: {names.access(data)}."


def _role_changed(who: str, data: Mapping[str, Any], names: Names) -> str:
    fields = [FIELDS.get(str(name), str(name)) for name in data.get("fields", ())]
    before, after = names.access(data.get("before", {})), names.access(data)
    if before != after:
        return f"Changed what {who} may do, from {before} to {after}."
    return f"Changed what is kept of {who}: {', '.join(fields) or 'details'}."


def _let_out(who: str, data: Mapping[str, Any], names: Names) -> str:
    if "invitation" in data:
        return f"Ended the access of {who} to one disagreement, to which they were invited."
    return f"Ended the access of {who}: {names.access(data)}."


def _rearranged(_: str, data: Mapping[str, Any], __: Names) -> str:
    if "mail" in data:
        what = dict.fromkeys(MAIL.get(str(name), "quiet hours") for name in data["mail"])
        return f"Changed how e-mails are sent: {', '.join(what) or 'nothing'}."
    fields = [str(name) for name in data.get("fields", ())]
    asked = [ArrangementsForm.base_fields[name].label if name in ArrangementsForm.base_fields else name for name in fields]
    return f"Changed the arrangements: {', '.join(f'“{one}”' for one in asked) or 'no field named'}."


def _agency(_: str, data: Mapping[str, Any], names: Names) -> str:
    named = names.agencies.get(str(data.get("agency", "")), str(data.get("agency", "")))
    if data.get("rows"):
        return f"Read the directory from a spreadsheet: {data['rows']} changes."
    what = WHAT.get(str(data.get("what", "")), "Changed the agency")
    fields = ", ".join(AGENCY_FIELDS.get(str(name), str(name)) for name in data.get("fields", ()))
    return f"{what} {named}".strip() + (f": {fields}." if fields else ".")


AGENCY_FIELDS = {
    "name": "its name", "sector": "its sector", "email_domains": "the e-mail domains known to be its own",
    "active": "whether it can be chosen",
}  # fmt: skip
WHAT = {
    "added": "Added the agency", "changed": "Changed the agency", "retired": "Retired the agency",
    "post_added": "Added a post to", "post_changed": "Changed a post of", "post_retired": "Retired a post of",
    "holder_added": "Named somebody for a post of", "holder_changed": "Changed who holds a post of",
    "holder_left": "Ended somebody’s holding of a post of",
}  # fmt: skip


def _contact(_: str, data: Mapping[str, Any], __: Names) -> str:
    return f"{'Added' if data.get('what') == 'added' else 'Changed'} the contact {data.get('contact', '')}."


def _sign_on(verb: str) -> Callable[[str, Mapping[str, Any], Names], str]:
    def sentence(_: str, data: Mapping[str, Any], names: Names) -> str:
        agency = names.agencies.get(str(data.get("agency", "")), str(data.get("agency", "")))
        key = str(data.get("key", ""))
        return " ".join(part for part in (verb, key, f"of {agency}" if agency else "") if part) + "."

    return sentence


def _exported(_: str, data: Mapping[str, Any], __: Names) -> str:
    return "Exported everything that belongs to the partnership."


def _token(who: str, data: Mapping[str, Any], _: Names) -> str:
    if data.get("calendar"):
        return f"Made an address for the calendar of {who}." if who else "Made an address for a calendar."
    if did := data.get("receipts"):
        return f"{'Ended the' if did == 'ended' else 'Made a'} token with which GOV.UK Notify tells what became of e-mails."
    return f"Made a token for a program{f' of {who}' if who else ''}."


def _webhook(*, made: bool = False, ended: bool = False) -> Callable[[str, Mapping[str, Any], Names], str]:
    def sentence(_: str, data: Mapping[str, Any], names: Names) -> str:
        agency = names.agencies.get(str(data.get("agency", "")), str(data.get("agency", "")))
        which = f"endpoint {data.get('endpoint', '')} for webhooks"
        if made:
            return f"Made {which}: it is told of {f'the disagreements of {agency}' if agency else 'every disagreement'}."
        if ended:
            return f"Ended {which}."
        return f"{WEBHOOK_WHAT.get(str(data.get('what', '')), 'Changed')} {which}."

    return sentence


WEBHOOK_WHAT = {"secret": "Made a new secret for", "on": "Switched on again"}


def _signed_out(who: str, data: Mapping[str, Any], _: Names) -> str:
    if who and data.get("second_factors"):
        return f"Took the second step of {who} away, and signed them out everywhere."
    return f"Signed {who} out everywhere." if who else "Ended somebody’s sessions."


SENTENCES: dict[Did, Callable[[str, Mapping[str, Any], Names], str]] = {
    Did.LET_IN: _let_in,
    Did.ROLE_CHANGED: _role_changed,
    Did.LET_OUT: _let_out,
    Did.REARRANGED: _rearranged,
    Did.SIGN_ON_ADDED: _sign_on("Added a single sign-on"),
    Did.SIGN_ON_CHANGED: _sign_on("Changed a single sign-on"),
    Did.SIGN_ON_ENDED: _sign_on("Ended a single sign-on"),
    Did.AGENCY_CHANGED: _agency,
    Did.CONTACT_CHANGED: _contact,
    Did.EXPORTED: _exported,
    Did.TOKEN_MADE: _token,
    Did.WEBHOOK_MADE: _webhook(made=True),
    Did.WEBHOOK_CHANGED: _webhook(),
    Did.WEBHOOK_ENDED: _webhook(ended=True),
    Did.SIGNED_OUT_EVERYWHERE: _signed_out,
}


def sentence(entry: AdministrationEntry, names: Names) -> str:
    """A kind that somebody adds without a sentence is still shown, by its own words."""
    made = SENTENCES.get(Did(entry.did))
    who = str(entry.about) if entry.about else ""
    return made(who, entry.data, names) if made else f"{entry.get_did_display()}{f': {who}' if who else ''}."
