"""What the office answers about a learning item and its actions; must not know any page."""

from __future__ import annotations

from typing import Any

from django import forms

from partnerships.form_dates import GovukDateField
from partnerships.form_fields import Radios
from partnerships.selectors import today

from ..models import Action, Item, Judgement, Progress
from ..services import Owner, Written
from .fields import OTHER, agencies, categories, chosen, line, member_choices, members, own_themes, sub_groups, words

NAME_NOBODY = "Name no child, nobody else and no reference. Say it so that nobody can tell which disagreement it was."


class Versioned(forms.Form):
    """A form about something that others may change meanwhile. `version`: as it was when the page was made."""

    label_size = "s"
    mark_optional = True

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def texts(self) -> dict[str, tuple[str, str]]:
        """What was typed freely, by field, each with its label: what is looked through for names."""
        typed = {name: field for name, field in self.fields.items() if isinstance(field, forms.CharField)}
        return {n: (str(f.label), self.cleaned_data.get(n) or "") for n, f in typed.items() if not f.widget.is_hidden}


class ItemForm(Versioned):
    def __init__(self, data: Any = None, *, item: Item | None = None, initial: dict[str, Any] | None = None) -> None:
        super().__init__(data, initial={"version": 0, **(_of_item(item) if item else {}), **(initial or {})})
        self.agencies = agencies(item.raising_agency, item.receiving_agency) if item else agencies()
        own = [(key, agency.name) for key, agency in self.agencies.items()]
        self.fields["title"] = line("What do you call it?", hint="A few words. " + NAME_NOBODY, missing="Give it a name")
        self.fields["happened"] = words("What happened, in general terms?", hint=NAME_NOBODY, required=False)
        self.fields["learned"] = words("What was learned?", hint="In your own words.", missing="Say what was learned")
        self.fields["category"] = chosen("Theme", [("", "None of these"), *categories(item.category if item else "")])
        used = own_themes()
        hint = "Separate them with commas." + (f" Used before: {', '.join(used[:12])}." if used else "")
        self.fields["themes"] = line("Your own theme words", hint=hint, longest=500, required=False)
        between = "Only where it is about two agencies. The later figures then count what is raised between them."
        self.fields["raising_agency"] = chosen("Agency that raised it", [("", "No agency"), *own], hint=between)
        self.fields["receiving_agency"] = chosen("Agency it was raised with", [("", "No agency"), *own])
        groups = [(name, name) for name in sub_groups(item.sub_group if item else "")]
        self.fields["sub_group"] = forms.ChoiceField(
            label="Which sub-group takes it up?", required=False,
            choices=[*groups, (OTHER, "Another one"), ("", "None yet")],
            widget=Radios(reveals={OTHER: ("other_group",)}),
        )  # fmt: skip
        self.fields["other_group"] = line("Its name", longest=120, required=False)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("sub_group") == OTHER and not given.get("other_group"):
            self.add_error("other_group", "Give the name of the sub-group")
        if bool(given.get("raising_agency")) != bool(given.get("receiving_agency")):
            missing = "receiving_agency" if given.get("raising_agency") else "raising_agency"
            self.add_error(missing, "Choose both agencies, or none")
        return given

    def written(self) -> Written:
        given = self.cleaned_data
        group = given["other_group"] if given["sub_group"] == OTHER else given["sub_group"]
        return Written(
            title=given["title"],
            learned=given["learned"],
            happened=given["happened"],
            category=given["category"],
            themes=given["themes"].split(","),
            between=(self.agencies.get(given["raising_agency"]), self.agencies.get(given["receiving_agency"])),
            sub_group=group,
        )


def _of_item(item: Item) -> dict[str, Any]:
    return {
        "version": item.version, "title": item.title, "happened": item.happened, "learned": item.learned,
        "category": item.category, "themes": ", ".join(item.themes), "sub_group": item.sub_group,
        "raising_agency": item.raising_agency.key if item.raising_agency else "",
        "receiving_agency": item.receiving_agency.key if item.receiving_agency else "",
    }  # fmt: skip


class ActionForm(Versioned):
    """What is done, by whom and by when. A member is reminded; anybody else is asked by the office."""

    MEMBER, AGENCY = "member", "agency"

    def __init__(self, data: Any = None, *, action: Action | None = None, version: int = 0) -> None:
        super().__init__(data, initial=_of_action(action) if action else {"version": version})
        self.members, self.agencies = members(), agencies(action.owner_agency if action else None)
        self.fields["kind"] = forms.ChoiceField(
            label="What does it need?", choices=Action.Kind.choices, widget=Radios,
            error_messages={"required": "Choose a policy, training or a briefing"},
        )  # fmt: skip
        nobody = "Name no child and nobody else."
        self.fields["what"] = line("What is to be done?", hint=nobody, missing="Say what is to be done", longest=300)
        reveals = {self.MEMBER: ("owner",), self.AGENCY: ("owner_agency", "contact"), OTHER: ("somebody",)}
        self.fields["who"] = forms.ChoiceField(
            label="Who does it?",
            choices=[(self.MEMBER, "A member"), (self.AGENCY, "An agency"), (OTHER, "Somebody without an account")],
            widget=Radios(reveals=reveals, hints={self.MEMBER: "They get one e-mail when it is due, and can say how it stands."}),
            error_messages={"required": "Say who does it"},
        )
        self.fields["owner"] = chosen("Which member?", [("", "Choose"), *member_choices(self.members)])
        own = [(key, agency.name) for key, agency in self.agencies.items()]
        self.fields["owner_agency"] = chosen("Which agency?", [("", "Choose"), *own])
        self.fields["contact"] = line("Whom there?", required=False)
        self.fields["somebody"] = line("Their name", required=False)
        self.fields["due"] = GovukDateField(label="By when?", called="The date", not_past=action is None)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        asked = {self.MEMBER: ("owner", "Choose a member"), self.AGENCY: ("owner_agency", "Choose an agency"),
                 OTHER: ("somebody", "Give their name")}  # fmt: skip
        name, sentence = asked.get(given.get("who", ""), ("", ""))
        if name and name not in self.errors and not given.get(name):
            self.add_error(name, sentence)
        return given

    def texts(self) -> dict[str, tuple[str, str]]:
        """Not whoever does it: that is a name, and meant."""
        return {name: text for name, text in super().texts().items() if name == "what"}

    def planned(self) -> dict[str, Any]:
        """The service's own arguments."""
        given = self.cleaned_data
        owner = {
            self.MEMBER: lambda: Owner(member=self.members[given["owner"]].user),
            self.AGENCY: lambda: Owner(agency=self.agencies[given["owner_agency"]], name=given["contact"]),
            OTHER: lambda: Owner(name=given["somebody"]),
        }[given["who"]]()
        return {"kind": given["kind"], "what": given["what"], "owner": owner, "due": given["due"]}


def _of_action(action: Action) -> dict[str, Any]:
    who = ActionForm.MEMBER if action.owner_id else ActionForm.AGENCY if action.owner_agency_id else OTHER
    return {
        "version": action.version, "kind": action.kind, "what": action.what, "due": action.due, "who": who,
        "owner": str(action.owner_id or ""), "owner_agency": action.owner_agency.key if action.owner_agency else "",
        "contact": action.owner_name, "somebody": action.owner_name,
    }  # fmt: skip


class StandsForm(Versioned):
    """How an action stands, by whoever does it or by the office."""

    def __init__(self, data: Any = None, *, action: Action) -> None:
        super().__init__(data, initial={"version": action.version, "progress": action.progress})
        self.fields["progress"] = forms.ChoiceField(
            label="How does it stand?", choices=Progress.choices, widget=Radios,
            error_messages={"required": "Choose how it stands"},
        )  # fmt: skip
        self.fields["words"] = words(
            "Anything to add", hint="If it will not be done, say why. Name nobody.", rows=3, longest=1000, required=False
        )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("progress") == Progress.NOT_DONE and not given.get("words"):
            self.add_error("words", "Say why it will not be done")
        return given


class JudgeForm(Versioned):
    """Did it change anything? The office's own judgement, and whether to ask once more."""

    def __init__(self, data: Any = None, *, item: Item) -> None:
        super().__init__(data, initial={"version": item.version, "judgement": item.judgement, "words": item.judged_words})
        self.fields["judgement"] = forms.ChoiceField(
            label="Did it change anything?", choices=Judgement.choices, widget=Radios,
            error_messages={"required": "Choose an answer"},
        )  # fmt: skip
        hint = "What you have heard and seen counts as much as the figures. Name nobody."
        self.fields["words"] = words("What makes you think so?", hint=hint, missing="Say what makes you think so")
        self.fields["again"] = GovukDateField(
            label="Ask again on",
            called="The day",
            required=False,
            not_past=True,
            help_text="Only if it is to be asked once more.",
        )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("again") and given["again"] <= today():
            self.add_error("again", "Choose a day that is still ahead")
        return given


class AskOnForm(Versioned):
    """Another day on which it is asked whether it changed anything."""

    def __init__(self, data: Any = None, *, item: Item) -> None:
        super().__init__(data, initial={"version": item.version, "day": item.ask_on}, auto_id="later_%s")
        self.fields["day"] = GovukDateField(label="On which day should you be asked?", called="The day", not_past=True)
