"""What is typed about how a partnership's e-mails leave: in whose name, by which service, and when not; must not know a page."""

from __future__ import annotations

import re
from datetime import datetime, time
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from mailing.notify import KEY, TEMPLATE
from partnerships.form_fields import Radios
from partnerships.working_days import LONDON, clock_time

from ..models import MailWay
from ..ways import domain_allowed, sender_domains

USUAL, NOTIFY = "usual", "notify"
QUIET, ALWAYS = "quiet", "always"
ANY = {"invalid_choice": "Choose from the list"}
# What would end a name, or begin another header, in the line of an e-mail that says who writes.
_NO_NAME = re.compile(r'[\r\n<>"@\\]')


def _o_clock(hours: range) -> list[tuple[str, str]]:
    return [(str(h), clock_time(datetime(2000, 1, 1, h, tzinfo=LONDON))) for h in hours]


class MailForm(forms.Form):
    sender_name = forms.CharField(
        label="In whose name are e-mails sent?",
        max_length=100,
        required=False,
        help_text="What people see as the sender. For example: Barnsley Safeguarding Children Partnership.",
    )
    sender_address = forms.EmailField(
        label="From which address?",
        required=False,
        error_messages={"invalid": "Enter an e-mail address, like office@council.gov.uk"},
    )
    reply_to = forms.EmailField(
        label="To which address do answers go?",
        required=False,
        help_text="An inbox that somebody reads. Leave it empty if answers go to the sender’s address.",
        error_messages={"invalid": "Enter an e-mail address, like office@council.gov.uk"},
    )
    way = forms.ChoiceField(
        label="By which service are they sent?",
        choices=[(USUAL, "By the service of this installation"), (NOTIFY, "By our own service of GOV.UK Notify")],
        widget=Radios(reveals={NOTIFY: ("notify_key", "notify_template", "notify_reply_to")}),
        error_messages={"required": "Choose by which service they are sent"} | ANY,
    )
    notify_key = forms.CharField(
        label="API key",
        max_length=200,
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        help_text="A live key. It is kept sealed and never shown again. Leave it empty to keep the one that is there.",
    )
    notify_template = forms.CharField(
        label="Template ID",
        max_length=36,
        required=False,
        help_text="Of an e-mail template whose subject is ((subject)) and whose message is ((message)).",
    )
    notify_reply_to = forms.CharField(
        label="Reply-to ID (optional)", max_length=36, required=False, help_text="Of an address for answers that is set up there."
    )
    hours = forms.ChoiceField(
        label="When is news sent that is only for somebody to know?",
        choices=[(QUIET, "Not in the evening and at night"), (ALWAYS, "At any hour, on any day")],
        widget=Radios(reveals={QUIET: ("quiet_from", "quiet_until", "quiet_days")}),
        help_text="What asks somebody to act, and what is urgent, is always sent at once.",
        error_messages={"required": "Choose when it is sent"} | ANY,
    )
    quiet_from = forms.ChoiceField(label="Not after", choices=_o_clock(range(15, 24)), required=False, error_messages=ANY)
    quiet_until = forms.ChoiceField(label="Not before", choices=_o_clock(range(5, 9)), required=False, error_messages=ANY)
    quiet_days = forms.BooleanField(label="Nor on days that are not working days", required=False)

    def __init__(self, *args: Any, kept: MailWay, **kwargs: Any) -> None:
        self.kept = kept
        super().__init__(*args, **{"initial": _shown(kept)} | kwargs)
        allowed = " or ".join(f"@{domain}" for domain in sender_domains())
        self.fields["sender_address"].help_text = f"It must end in {allowed}. Leave it empty to use the usual one."

    def clean_sender_name(self) -> str:
        name = " ".join(str(self.cleaned_data["sender_name"]).split())
        if _NO_NAME.search(name):
            raise ValidationError("Enter a name without quotation marks, @ and angle brackets")
        return name

    def clean_sender_address(self) -> str:
        address = str(self.cleaned_data["sender_address"])
        if address and not domain_allowed(address):
            allowed = " or ".join(sender_domains())
            raise ValidationError(
                f"This system may send from addresses at {allowed} alone. Others would take its e-mails for forged ones. "
                "Whoever runs the server can allow another (MAIL_SENDER_DOMAINS)."
            )
        return address

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("way") == NOTIFY:
            self._check_notify(data)
        if data.get("hours") == QUIET:
            for name in ("quiet_from", "quiet_until"):
                if name not in self.errors and not data.get(name):
                    self.add_error(name, "Choose a time")
        return data

    def _check_notify(self, data: dict[str, Any]) -> None:
        key = str(data.get("notify_key", "")).strip()
        if not key and not self.kept.notify_sealed:
            self.add_error("notify_key", "Enter the API key")
        elif key and not KEY.match(key):
            self.add_error("notify_key", "Enter the whole key, as GOV.UK Notify showed it: a name and two long numbers")
        for name, asked in (("notify_template", True), ("notify_reply_to", False)):
            typed = str(data.get(name, "")).strip().lower()
            if (asked and not typed) or (typed and not TEMPLATE.match(typed)):
                self.add_error(name, "Enter the ID, as GOV.UK Notify shows it: 36 characters with hyphens")
            data[name] = typed

    @property
    def wanted(self) -> dict[str, Any]:
        """What is to be kept, without the key."""
        data = self.cleaned_data
        by_notify, quiet = data["way"] == NOTIFY, data["hours"] == QUIET
        return {
            "sender_name": data["sender_name"],
            "sender_address": data["sender_address"],
            "reply_to": data["reply_to"],
            "notify_template": data["notify_template"] if by_notify else "",
            "notify_reply_to": data["notify_reply_to"] if by_notify else "",
            "quiet": quiet,
            **(
                {
                    "quiet_from": time(int(data["quiet_from"])),
                    "quiet_until": time(int(data["quiet_until"])),
                    "quiet_days": data["quiet_days"],
                }
                if quiet
                else {}
            ),
        }


def _shown(kept: MailWay) -> dict[str, Any]:
    return {
        "sender_name": kept.sender_name,
        "sender_address": kept.sender_address,
        "reply_to": kept.reply_to,
        "way": NOTIFY if kept.notify_sealed else USUAL,
        "notify_template": kept.notify_template,
        "notify_reply_to": kept.notify_reply_to,
        "hours": QUIET if kept.quiet else ALWAYS,
        "quiet_from": str(kept.quiet_from.hour),
        "quiet_until": str(kept.quiet_until.hour),
        "quiet_days": kept.quiet_days,
    }
