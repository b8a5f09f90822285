"""What is typed where a draft begins, is imported, compared, published: checks of the form alone; must not know any page."""

from __future__ import annotations

from typing import Any

from django import forms

from ..form_dates import GovukDateField
from ..form_fields import Radios
from ..protocol import MAIN
from ..protocol_file import LARGEST
from .drafting import choices
from .listing import Line

LARGEST_FILE = 5 * 1024 * 1024
NOTHING, OWN, SHARED, SHIPPED = "nothing", "version", "shared", "shipped"
BEGINNINGS = {
    NOTHING: "From nothing",
    OWN: "As a copy of a version of your own",
    SHARED: "From a definition that another partnership shares",
    SHIPPED: "From a definition that comes with the product",
}
HINTS = {
    NOTHING: "The smallest protocol that can work. Every rule of it is marked as assumed until you enter your own.",
    OWN: "With its contacts and agencies. What was confirmed of it stays confirmed where the rule stays.",
    SHARED: "Its rules alone. Your own contacts and agencies are put in.",
    SHIPPED: "Read from the published document of another area. Your own contacts and agencies are put in.",
}
ANOTHER = "another"
# What each group of drafting.choices() is, by the first word of its tokens.
SELECTS = {OWN: "Which version?", SHARED: "Which shared definition?", SHIPPED: "Which definition?"}


class NewForm(forms.Form):
    """How a draft begins, and of which of the partnership's protocols it is a version."""

    begin = forms.ChoiceField(
        label="How does the draft begin?", error_messages={"required": "Choose how the draft begins"}, widget=Radios()
    )
    title = forms.CharField(
        label="What is the protocol called?", required=False, max_length=200, help_text="As on the cover of your document."
    )
    step_word = forms.CharField(
        label="What is one step of it called?",
        required=False,
        max_length=40,
        help_text="In small letters: stage, step, tier or level.",
    )

    def __init__(self, data: Any = None, *, lines: list[Line], **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        offered = {name: found for name, found in _by_kind().items() if found}
        for name, found in offered.items():
            field = forms.ChoiceField(label=SELECTS[name], required=False, choices=[("", "Choose one"), *found])
            self.fields[name] = field
        possible = [NOTHING, *offered]
        reveals = {NOTHING: ("title", "step_word"), **{name: (name,) for name in offered}}
        begin: Any = self.fields["begin"]
        begin.widget = Radios(hints=HINTS, reveals=reveals)
        begin.choices = [(name, BEGINNINGS[name]) for name in possible]
        if lines:
            self._ask_which(lines)

    def _ask_which(self, lines: list[Line]) -> None:
        known = [(line.key, f"The next version of “{line.title}”") for line in lines]
        if all(line.key != MAIN for line in lines):
            known.insert(0, (MAIN, "Your protocol for professional disagreements"))
        beside = (ANOTHER, "Another protocol beside it" if len(known) == 1 else "Another protocol beside these")
        self.fields["line"] = forms.ChoiceField(
            label="Which protocol is it?",
            choices=[*known, beside],
            widget=Radios(
                hints={ANOTHER: "For example the one for dissent at a child protection conference."},
                reveals={ANOTHER: ("called",)},
            ),
            error_messages={"required": "Choose which protocol it is"},
        )
        self.fields["called"] = forms.CharField(label="What is the other protocol called?", required=False, max_length=200)

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        begin = given.get("begin")
        if begin == NOTHING:
            given["title"] = given.get("title") or given.get("called") or ""
            if not given["title"] and "title" not in self.errors:
                self.add_error("title", "Enter what the protocol is called")
            if not given.get("step_word") and "step_word" not in self.errors:
                self.add_error("step_word", "Enter what one step is called")
        elif begin and not given.get(begin) and begin not in self.errors:
            self.add_error(begin, f"Choose {SELECTS[begin][:1].lower()}{SELECTS[begin][1:].rstrip('?')}")
        if given.get("line") == ANOTHER and not given.get("called") and "called" not in self.errors:
            self.add_error("called", "Enter what the other protocol is called")
        return given


def _by_kind() -> dict[str, list[tuple[str, str]]]:
    found: dict[str, list[tuple[str, str]]] = {kind: [] for kind in (OWN, SHARED, SHIPPED)}
    for _, group in choices():
        found[group[0][0].partition(":")[0]] = group
    return found


class CompareForm(forms.Form):
    """Which two definitions stand side by side."""

    left = forms.ChoiceField(label="On the left", error_messages={"required": "Choose what stands on the left"})
    right = forms.ChoiceField(label="On the right", error_messages={"required": "Choose what stands on the right"})
    show = forms.ChoiceField(
        label="Show", required=False, choices=[("", "Only what differs"), ("all", "Everything")], widget=Radios(inline=True)
    )

    def __init__(self, data: Any = None, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        for name in ("left", "right"):
            chosen: Any = self.fields[name]
            chosen.choices = [("", "Choose one"), *choices()]
            chosen.error_messages["invalid_choice"] = "That definition is not there any more. Choose another"


class PublishForm(forms.Form):
    """From which day a draft is in force. `digest` is of what the person read; the page writes it anew each time."""

    day = GovukDateField(
        label="From which day is it in force?",
        called="The first day",
        not_past=True,
        help_text="Today or a later day. Disagreements raised from that day on are under it. For example, 1 9 2027",
    )
    digest = forms.CharField(widget=forms.HiddenInput, required=False, max_length=64)


class ImportForm(forms.Form):
    """A file, or its text as it was mended on the page. Read raw: every character of it is judged by the loader."""

    file = forms.FileField(
        label="Upload a file",
        required=False,
        allow_empty_file=True,
        help_text="A YAML file, as it is exported here, of up to 512 kB.",
    )
    text = forms.Field(label="Or mend it here", required=False, widget=forms.Textarea(attrs={"rows": "30"}))

    def clean_file(self) -> Any:
        given = self.cleaned_data["file"]
        if given is not None and given.size > LARGEST_FILE:
            raise forms.ValidationError("The file is larger than 5 MB, so it was not read. A protocol is a few dozen kB")
        return given

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        if not self.errors and given.get("file") is None and not str(given.get("text") or "").strip():
            self.add_error("file", "Choose a file, or paste its text")
        return given

    def raw(self) -> str | bytes:
        """What is to be read: the file's own bytes, so that a wrong encoding is noticed."""
        given = self.cleaned_data["file"]
        return bytes(given.read()) if given is not None else str(self.cleaned_data["text"] or "").replace("\r\n", "\n")


def mendable(raw: str | bytes) -> tuple[str, bool]:
    """The text to show for mending, and whether its letters had to be guessed. What is far too long is not shown."""
    if isinstance(raw, str):
        return raw, False
    if len(raw) > LARGEST:
        return "", False
    for encoding in ("utf-8-sig", "utf-16" if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"):
        try:
            return raw.decode(encoding), encoding == "utf-16"
        except UnicodeDecodeError:
            continue
    return raw.decode("cp1252", "replace"), True
