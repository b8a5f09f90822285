"""What keepers of the directory type about posts and their holders, and what anybody asks it; must not know any page."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms

from ..form_dates import GovukDateField
from ..form_fields import Radios
from ..forms import POST_LABELS
from ..models import Agency, Post, PostHolder
from ..protocol_phrases import KIND_NAMES
from ..protocol_terms import StageKind

HOLDER, DEPUTY = "holder", "deputy"


class PostForm(forms.Form):
    mark_optional = True

    title = forms.CharField(
        label="What is the post called?", max_length=120, error_messages={"required": "Enter what the post is called"}
    )
    kind = forms.ChoiceField(
        label="Which kind of step does it answer to?",
        choices=[(kind.value, label) for kind, label in POST_LABELS.items()],
        widget=Radios(),
        error_messages={"required": "Choose a kind of step"},
    )
    above = forms.ChoiceField(
        label="It stands directly above",
        required=False,
        help_text="A post of the same kind of step. Leave it as it is to put a new post at the top of its kind.",
    )
    filled_by = forms.ChoiceField(
        label="Another organisation that answers for it",
        required=False,
        help_text="A proxy: a small body’s post, for example, that the safeguarding team of another agency fills. "
        "Leave it empty where the agency fills the post itself.",
    )

    def __init__(self, data: Any = None, *, agency: Agency, post: Post | None = None, **kwargs: Any) -> None:
        self.agency = agency
        self.others = {str(p.pk): p for p in agency.posts.filter(active=True) if post is None or p.pk != post.pk}
        self.agencies = {a.key: a for a in Agency.objects.filter(active=True).exclude(pk=agency.pk)}
        initial = {"title": post.title, "kind": post.kind} if post else {}
        if post and post.filled_by:
            self.agencies.setdefault(post.filled_by.key, post.filled_by)
            initial["filled_by"] = post.filled_by.key
        super().__init__(data, initial=initial, **kwargs)
        self.fields["above"].choices = [  # type: ignore[attr-defined]
            ("", "Leave it as it is" if post else "The highest of its kind"),
            *((pk, f"{p.title} ({KIND_NAMES[StageKind(p.kind)]})") for pk, p in self.others.items()),
        ]
        named = [(key, agency.name) for key, agency in self.agencies.items()]
        self.fields["filled_by"].choices = [("", "The agency itself"), *named]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        above = self.others.get(given.get("above") or "")
        if above is not None and given.get("kind") and above.kind != given["kind"]:
            self.add_error("above", f"“{above.title}” is of another kind of step: choose one of the same kind")
        return given

    def facts(self) -> dict[str, Any]:
        given = self.cleaned_data
        return {
            "title": " ".join(given["title"].split()),
            "kind": given["kind"],
            "filled_by": self.agencies.get(given["filled_by"]),
            "above": self.others.get(given["above"]),
        }


class HolderForm(forms.Form):
    mark_optional = True

    name = forms.CharField(label="Name", max_length=150, error_messages={"required": "Enter their name"})
    how = forms.ChoiceField(
        label="How do they stand in the post?",
        choices=[(HOLDER, "They hold it"), (DEPUTY, "They are the deputy, and answer while its holder is away")],
        initial=HOLDER,
        widget=Radios(),
        error_messages={"required": "Say whether they hold the post or are the deputy"},
    )
    email = forms.EmailField(label="Work e-mail address", required=False)
    telephone = forms.CharField(
        label="Telephone number",
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "off"}),
    )
    absent_from = GovukDateField(label="Away from", required=False, called="The first day away")
    absent_until = GovukDateField(
        label="Away until",
        required=False,
        called="The last day away",
        help_text="The last day. Leave it empty where nobody knows yet. Until then the deputy is shown.",
    )
    review_by = GovukDateField(
        label="Check these details again by", required=False, called="The date to check again by", not_past=True
    )

    def __init__(self, data: Any = None, *, holder: PostHolder | None = None, **kwargs: Any) -> None:
        self.holder = holder
        super().__init__(data, initial=_as_typed(holder) if holder else None, **kwargs)
        if holder and holder.review_by:
            # A day that has come is not refused where it stands: somebody may have another thing to change.
            self.fields["review_by"].not_past = False  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        if not given.get("email") and not given.get("telephone") and not {"email", "telephone"} & set(self.errors):
            self.add_error("email", "Enter an e-mail address or a telephone number, so that they can be reached")
        first: date | None = given.get("absent_from")
        last: date | None = given.get("absent_until")
        if last and not first and "absent_from" not in self.errors:
            self.add_error("absent_from", "Enter the first day away as well")
        elif first and last and last < first:
            self.add_error("absent_until", "The last day away must not be before the first")
        return given

    def facts(self) -> dict[str, Any]:
        given = dict(self.cleaned_data)
        deputy = given.pop("how") == DEPUTY
        return {**given, "name": " ".join(given["name"].split()), "deputy": deputy}


def _as_typed(holder: PostHolder) -> dict[str, Any]:
    named = ("name", "email", "telephone", "absent_from", "absent_until", "review_by")
    return {name: getattr(holder, name) for name in named} | {"how": DEPUTY if holder.deputy else HOLDER}


class SearchForm(forms.Form):
    """Read from the address: what is left empty narrows nothing."""

    label_size = "s"

    q = forms.CharField(
        label="Search the directory",
        required=False,
        max_length=200,
        help_text="An agency, a post, a name or a sector. For example: hospital, or who is the next tier at the hospital?",
    )
    kind = forms.ChoiceField(
        label="Kind of step",
        required=False,
        choices=[("", "Every kind"), *((kind.value, label) for kind, label in POST_LABELS.items())],
    )
