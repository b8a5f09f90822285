"""What of a partnership's data is exported, table by table, in words; what is not, and why. Reads no row.

A new table without a line here, and a new column that holds a secret, is a decision that somebody has to take: the test
walks the models."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.apps import apps
from django.db import models

from partnerships.models import User
from partnerships.scope import ScopedModel

TABLES: dict[str, str] = {
    "partnerships.AdministrationEntry": "What was done to the partnership itself: who was let in or out, what was rearranged",
    "partnerships.Arrangements": "What the partnership arranged beside its protocol",
    "partnerships.ClosureDay": "Days that do not count as working days, besides weekends and bank holidays",
    "partnerships.Agency": "The agencies",
    "partnerships.Post": "The posts of each agency, by their height on its ladder",
    "partnerships.PostHolder": "Who holds a post, or deputises",
    "partnerships.Membership": "Who is a member, in which role",
    "partnerships.Contact": "Inboxes, front doors and other contacts",
    "partnerships.DirectoryUpload": "Spreadsheets of the directory that are being looked at before they are taken in",
    "partnerships.ProtocolVersion": "Every version of every protocol; those to read stand in the folder protocol",
    "partnerships.AssumptionConfirmation": "Who confirmed an assumed rule of a protocol",
    "partnerships.ApiToken": "That a program was given a token; never the token, nor its digest",
    "escalation.Disagreement": "The disagreements: where each stands, and what was written on the form",
    "escalation.ReferenceCounter": "The last reference number that was given",
    "escalation.Invitation": "Who was invited to one disagreement without being a member",
    "escalation.Reading": "Who read what, when and from where",
    "escalation.Attachment": "Files that lie with a disagreement; the files stand in the folder files, by key",
    "escalation.SharedAcross": "That people of another partnership were brought into a disagreement",
    "escalation.ElsewhereMarker": "Disagreements that another partnership holds and that concern this one: a reference and days",
    "escalation.SavedView": "Views of the tracker that somebody in the office saved",
    "escalation.OpensWith": "With which view somebody’s tracker opens",
    "escalation.TakingIn": "Files of the tracker kept before that were taken in, and which of these were undone",
    "escalation.TakenIn": "From which row of such a file a disagreement came, and its old reference",
    "escalation.Party": "The people of both sides of each disagreement",
    "escalation.Check": "What the protocol asks to be recorded, done",
    "escalation.Action": "What is still to be done after an outcome",
    "escalation.Learning": "What the partnership should learn",
    "escalation.Link": "Disagreements that belong together",
    "escalation.SideProcessRecord": "Panels, mediations and the like",
    "escalation.ProposedOutcome": "Outcomes that one side proposed, and what the other answered",
    "escalation.Outcome": "What was agreed or decided",
    "escalation.ChronologyWords": "The words of the chronology’s entries, each with the salt of its digest",
    "escalation.ChronologyEntry": "Everything that happened, numbered and chained: how to check it stands below",
    "escalation.Deadline": "Every clock that was started, and how it ended",
    "notifications.AnnounceCursor": "Up to which entry people were told",
    "notifications.SetAside": "Entries about which people could not be told yet",
    "notifications.Message": "Every e-mail about a disagreement",
    "notifications.Notice": "Why somebody was written to: the entry and the rule",
    "notifications.Wish": "Who wishes for one e-mail each working morning",
    "notifications.MailWay": "In whose name its e-mails are sent, and when not; never the key they are sent by",
    "notifications.StoppedAddress": "Addresses to which nothing is sent for a while, because an e-mail came back",
    "notifications.NotifyReceipts": "Who let GOV.UK Notify tell what became of e-mails; never the token, nor its digest",
    "notifications.CalendarFeed": "That somebody reads their dates in a calendar program; never the address, nor its digest",
    "notifications.WebhookEndpoint": "Which systems are told that something happened; never the secrets that it is signed with",
    "records.LegalHold": "Holds that keep a record from being destroyed",
    "records.RetentionReview": "Reviews of records whose time was up",
    "records.DestructionCertificate": "That the words of a disagreement were destroyed",
    "records.StatisticalRow": "What is counted of destroyed disagreements",
    "records.Disclosure": "Copies that were made for somebody outside, with what was left out",
    "insight.ComparisonAgreement": "With which partnerships this one shares numbers by kind of step",
    "insight.ComparisonCount": "The numbers that it shares with them",
    "insight.Expected": "How large each agency is, and how many disagreements the office expects it to raise in a year",
    "learning.Item": "What the partnership learned, written again without anybody in it, and whether it changed anything",
    "learning.Source": "From how many records of learning an item was made; the record itself may be gone",
    "learning.Action": "What is done about what was learned, by whom and by when",
    "learning.ItemEntry": "Every step of what was learned: who, when, what",
    "learning.Briefing": "Seven-minute briefings on what was learned",
    "learning.ReturnsArranged": "How often agencies are asked for a return, and what else they are asked",
    "learning.ReturnPeriod": "About which days agencies were asked, when, and by when",
    "learning.AgencyReturn": "What each agency answered",
    "meetings.Meeting": "Meetings of sub-groups, and which days each looked at",
    "meetings.Decision": "What each meeting decided, and what came of it",
    "meetings.Report": "Reports on a year, as they were written",
    "meetings.Issued": "Packs and reports as they were issued, word for word",
}
LEFT_OUT: dict[str, str] = {
    **dict.fromkeys(
        ("insight.Counted", "insight.CountedStep", "insight.CountedTimescale", "insight.CountingCursor"),
        "It is counted from the other tables alone, and made anew from them.",
    ),
    "escalation.SentOnce": "Kept for two days, so that a program that sends something twice does it once.",
    "notifications.WebhookDelivery": "What systems were told in thirty days: it repeats the chronology, without its words.",
    "escalation.TrackerUpload": "A file that is looked at before it is taken in, for a day at most; whoever chose it has it.",
    "escalation.SearchText": "It only finds what stands in the other tables, and is made anew from them.",
}
SECRETS: dict[str, str] = {
    "partnerships.ApiToken.digest": "Whoever has a token’s digest could look for the token.",
    "escalation.Invitation.key": "It is part of a link that leads in.",
    **dict.fromkeys(
        ("notifications.WebhookEndpoint.secret_sealed", "notifications.WebhookEndpoint.former_sealed"),
        "Whoever opens it could speak in the partnership’s name to its systems.",
    ),
    "notifications.MailWay.notify_sealed": "Whoever opens it could write in the partnership’s name.",
    "notifications.NotifyReceipts.digest": "Whoever has a token’s digest could look for the token.",
    "notifications.CalendarFeed.digest": "Whoever has an address’s digest could look for the address.",
}
NOT_HERE = (
    "Drafts that nobody has raised: they belong to their authors alone.",
    "Sessions, passwords, passkeys and codes: they prove who somebody is, and are of use nowhere else.",
    "How people sign in at their agency: it holds secrets of that agency’s, and is set up anew elsewhere.",
    "Anything of another partnership. Where a row speaks of one, it is by number.",
)


@dataclass(frozen=True)
class Column:
    """`name` in the files; `words`: what sort of thing stands in it."""

    name: str
    words: str


@dataclass(frozen=True)
class Table:
    model: type[models.Model]
    about: str
    columns: tuple[Column, ...]

    @property
    def name(self) -> str:
        return str(self.model._meta.label_lower.replace(".", "_"))

    @property
    def people(self) -> tuple[int, ...]:
        """The places of the columns that name a person by number."""
        found = [field for field in self.model._meta.concrete_fields if field.related_model is User]
        names = [column.name for column in self.columns]
        return tuple(names.index(field.attname) for field in found if field.attname in names)


def tables() -> Iterator[Table]:
    for label, about in TABLES.items():
        model = apps.get_model(label)
        yield Table(model, about, tuple(_columns(model)))


def scoped_labels() -> set[str]:
    return {model._meta.label for model in apps.get_models() if issubclass(model, ScopedModel)}


def _columns(model: type[models.Model]) -> Iterator[Column]:
    for field in model._meta.concrete_fields:
        if field.name != "partnership" and f"{model._meta.label}.{field.name}" not in SECRETS:
            yield Column(field.attname, _words(field))


def _words(field: models.Field[object, object]) -> str:
    if field.related_model is not None:
        target = field.related_model._meta.label_lower.replace(".", "_")
        return "number of a person in people" if field.related_model is User else f"number of a row of {target}"
    kinds: tuple[tuple[type[object], str], ...] = (
        (models.BooleanField, "true or false"),
        (models.DateTimeField, "date and time, in UTC"),
        (models.DateField, "date"),
        (models.JSONField, "JSON"),
        (models.BinaryField, "bytes, in hexadecimal digits"),
        (models.UUIDField, "UUID"),
        (models.IntegerField, "whole number"),
    )
    words = next((words for kind, words in kinds if isinstance(field, kind)), "text")
    values = [str(value) for value, _ in field.choices or ()] if isinstance(field, models.CharField) else []
    return f"{words}: one of {', '.join(value or '(empty)' for value in values)}" if values else words
