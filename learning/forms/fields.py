"""What the forms of this app share: long text, and lists of sub-groups, themes, agencies and people; knows no page."""

from __future__ import annotations

from typing import Any

from django import forms

from partnerships import selectors
from partnerships.form_fields import Choice, Words, WordsField
from partnerships.models import Agency, MemberRole, Membership

from ..briefing import category_name
from ..models import Item

LONGEST = 3000
OTHER = "other"
Choices = list[tuple[str, str]]


def words(label: str, *, hint: str = "", rows: int = 4, missing: str = "", longest: int = LONGEST, required: bool = True) -> Any:
    return WordsField(
        label=label, help_text=hint, required=required, max_length=longest, widget=Words(rows=rows, threshold=75),
        error_messages={"required": missing or "Write something here"},
    )  # fmt: skip


def line(label: str, *, hint: str = "", missing: str = "", longest: int = 150, required: bool = True) -> Any:
    return forms.CharField(
        label=label, help_text=hint, required=required, max_length=longest, error_messages={"required": missing}
    )


def chosen(label: str, choices: Choices, *, hint: str = "", required: bool = False, missing: str = "") -> Any:
    unknown = {"invalid_choice": "Choose one of those in the list", "required": missing}
    return forms.ChoiceField(
        label=label, help_text=hint, required=required, choices=choices, widget=Choice, error_messages=unknown
    )


def sub_groups(also: str = "") -> list[str]:
    """Those that the protocols in force report to, each once; and those that items were given to before. `also`: the one
    that stands there now."""
    named = [r.sub_group for v in selectors.versions_in_force() for r in v.protocol.reporting if r.sub_group]
    used = Item.objects.exclude(sub_group="").order_by("sub_group").values_list("sub_group", flat=True).distinct()[:20]
    return list(dict.fromkeys([*named, *used, *([also] if also else [])]))


def categories(also: str = "") -> Choices:
    """Of the protocols in force. `also`: the one that stands there now, which perhaps only an earlier version knew."""
    found = {c.key: c.name for version in selectors.versions_in_force() for c in version.protocol.categories}
    if also and also not in found:
        found[also] = category_name(also) or also
    return list(found.items())


def own_themes() -> list[str]:
    """The words that the office has used before, to be used again."""
    lists = Item.objects.exclude(themes=[]).order_by("-pk").values_list("themes", flat=True)[:200]
    return sorted({word for themes in lists for word in themes}, key=str.casefold)


def agencies(*also: Agency | None) -> dict[str, Agency]:
    """Those that take part. `also`: what stands there now, whether it still does or not."""
    found = {agency.key: agency for agency in Agency.objects.filter(active=True)}
    return found | {agency.key: agency for agency in also if agency is not None}


def members() -> dict[str, Membership]:
    """Whoever can be given something to do, by the number of their account, with the agency that tells two of a name apart."""
    held = Membership.objects.filter(active=True, user__is_active=True).exclude(role=MemberRole.GUEST)
    found = held.select_related("user", "agency").order_by("user__name", "user_id", "pk")
    return {str(member.user_id): member for member in reversed(found)}


def member_choices(found: dict[str, Membership]) -> Choices:
    named = [(key, f"{m.user.name}, {m.agency.name}" if m.agency else m.user.name) for key, m in found.items()]
    return sorted(named, key=lambda pair: pair[1].casefold())
