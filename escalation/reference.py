"""The manual's reference pages, written from the code they describe; knows where nothing is kept."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from enum import StrEnum

from django_fsm import FSMField
from pydantic.fields import FieldInfo

from partnerships import protocol_terms, working_days
from partnerships.editor.parts import models, said, shape_of
from partnerships.editor.skeleton import skeleton
from partnerships.protocol import Part, Protocol, Rule
from partnerships.protocol_writing import write_protocol

from .actions import ACTIONS
from .api.changes import changelog
from .manual import also_written
from .models import Disagreement
from .permission_table import permissions_page
from .permissions import PERMISSIONS
from .sentences import SENTENCES
from .states import KIND_EVENTS, STATE_HOLDERS, STATE_WORDS, Kind, State

MADE = "<!-- Written by `make docs` from the code; do not edit. -->\n"


def states_page() -> str:
    """The state machine as a diagram, and who must act in each state."""
    field = Disagreement._meta.get_field("state")
    assert isinstance(field, FSMField)  # noqa: S101  (for the type checker; the model says so)
    transitions = list(field.get_all_transitions(Disagreement))
    edges = sorted({(str(t.source), target, t.name) for t in transitions for target in _targets(t.target) if target})
    lines = [MADE, "# States of a disagreement\n", "```mermaid", "stateDiagram-v2", "    [*] --> draft"]
    lines += [f"    {source} --> {target}: {name}" for source, target, name in edges]
    lines += ["    closed --> [*]", "    withdrawn --> [*]", "```\n", "| state | on the page | who must act |", "|---|---|---|"]
    lines += [f"| `{s}` | {STATE_WORDS[s]} | {STATE_HOLDERS[s].replace('_', ' ')} |" for s in State]
    return "\n".join(lines) + "\n"


def _targets(target: object) -> list[str]:
    allowed = getattr(target, "allowed_states", None)
    if allowed is not None:
        return [str(state) for state in allowed]
    return [str(target)] if target else []


def actions_page() -> str:
    """Every verb: its words, who may do it, and the state machine's method behind it."""
    lines = [MADE, "# What can be done to a disagreement\n", "| verb | on the button | who may | moves |", "|---|---|---|---|"]
    for verb, action in ACTIONS.items():
        label = action.label if isinstance(action.label, str) else "(in the protocol's words)"
        lines.append(f"| `{verb}` | {label} | {_who(PERMISSIONS[verb])} | `{action.move}` |")
    return "\n".join(lines) + "\n"


def _who(rule: Callable[..., object]) -> str:
    return (WHO[rule.__name__]).capitalize()


WHO: dict[str, str] = {
    "_proposing": "those of the two sides who act at this step; a proposal is answered by the side that did not make it",
    "_agreeing": "those of the side that did not propose it who act at this step and may record an agreement",
    "_parties": "anybody who takes part on either side; the partnership manager",
    "_worker": "anybody who takes part on either side; whoever decides while it is with them; the partnership manager",
    "_keeper": "the managers who act, or whoever decides, where their side holds the clock; the partnership manager",
    "_acting": "the managers who act on either side; the partnership manager",
    "_receiving_manager": "the receiving side's managers; the partnership manager, unless on the raising side",
    "_receiving": "the receiving side; the partnership manager",
    "_raising": "the raising side; the partnership manager",
    "_decider": "whoever has the last word at that stage, and is not named in it; the partnership manager",
    "_closer": "the managers of either side; the partnership manager",
    "_side_process": "those who take part, and those beside the two sides; the protocol names who starts which",
    "_writer": "whoever wrote the words in question",
    "_seer": "whoever may see it",
}


def chronology_page() -> str:
    """Every kind of entry, its sentence, and the protocol's events that it is."""
    lines = [MADE, "# Kinds of chronology entry\n", "| kind | sentence | events of the protocol |", "|---|---|---|"]
    for kind in Kind:
        events = ", ".join(f"`{event}`" for event in sorted(KIND_EVENTS[kind])) or "none"
        lines.append(f"| `{kind}` | {SENTENCES[kind]} | {events} |")
    lines.append("\nAn entry that opens a stage or a tier is also `stage_opened` or `tier_opened`;")
    lines.append("one that resolves is also `resolved`.")
    return "\n".join(lines) + "\n"


FILE_INTRO = """A partnership's protocol is one YAML file. The editor's pages export and import the same file, and it is loaded by
`manage.py load_protocol`; nothing else has to be released for it. Every rule rests on a `clause` of the document or, where that
is silent, on an `assumption` that ends in a question to the partnership. What goes without saying is left out. A file that
cannot work is refused with all its problems at once, each with its line and what to write instead.

## The smallest file that works

It can be published as it is, and every assumption in it says what to put in its place.
"""


def protocol_page() -> str:
    """Every part of a protocol file and its fields, in the words of the editor, after the smallest file that works."""
    example = write_protocol(skeleton("Newtown Escalation Policy"))
    lines = [MADE, "# The protocol file\n", FILE_INTRO, f"```yaml\n{example}```\n", "## Its parts\n"]
    first, *others = models()
    for part in (first, *sorted(others, key=lambda part: part.__name__)):
        lines.append(f"### {part.__name__}\n")
        own = (part.__doc__ or "").strip()
        if own and own not in UNSAID:
            lines.append(" ".join(own.split()) + "\n")
        if issubclass(part, Rule):
            lines.append("A rule: it has a `clause` or an `assumption`.\n")
        lines += ["| field | what it says | holds | needed |", "|---|---|---|---|"]
        for name, field in part.model_fields.items():
            if name in ("clause", "assumption"):
                continue  # said once, for every rule
            needed = "yes" if field.is_required() else "no"
            lines.append(f"| `{name}` | {_meaning(part, name)} | {_type(field, of=said(part, name).of)} | {needed} |")
        lines.append("")
    lines.append("## Words that may be used\n")
    for module in (protocol_terms, working_days):
        for name in sorted(vars(module)):
            term = getattr(module, name)
            if (
                isinstance(term, type)
                and issubclass(term, StrEnum)
                and term is not StrEnum
                and term.__module__ == module.__name__
            ):
                lines.append(f"* **{name}**: {', '.join(f'`{value}`' for value in term)}")
    return "\n".join(lines) + "\n"


def _meaning(part: type[Part], name: str) -> str:
    """The editor's own words for a field."""
    words = said(part, name)
    if name == "key" and part is not Protocol:
        return "Its short name: small letters, digits and underscores. Other parts refer to it by this."
    text = f"{words.label}: {words.hint}" if words.hint and not words.label.endswith("?") else f"{words.label} {words.hint}"
    for placeholder in ("step", "steps", "Step", "Steps"):
        text = text.replace(f"{{{placeholder}}}", placeholder)
    return " ".join(text.replace("|", "or").split())


def _type(field: FieldInfo, *, of: str) -> str:
    """What a field holds, as a person would write it: a text, one of some words, a list of keys of other parts."""
    shape = shape_of(field)
    if of == "recipients":
        what = "key of `roles`, with `raising.` or `receiving.` in front where only that side's is meant"
    elif of:
        what = f"key of `{of}`"
    elif shape.part is not None:
        what = f"[{shape.part.__name__}](#{shape.part.__name__.lower()})"
    elif shape.words:
        # Words of one field only stand nowhere else; those of a kind stand in its list, at the end.
        here = shape.holds is str or len(shape.words) <= SHORT
        what = ", ".join(f"`{word}`" for word in shape.words) if here else f"`{shape.holds.__name__}`"
    else:
        what = HELD.get(shape.holds, "text")
    return f"a list of: {what}" if shape.many else what


SHORT = 6
# What a part says of itself is not what it inherits.
UNSAID = {(inherited.__doc__ or "").strip() for inherited in (Part, Rule)}
HELD: dict[type, str] = {str: "text", int: "whole number", bool: "true or false", date: "date, like 2027-01-31"}


PAGES: dict[str, Callable[[], str]] = {
    "states.md": states_page,
    "actions.md": actions_page,
    "chronology.md": chronology_page,
    "protocol-file.md": protocol_page,
    "permissions.md": lambda: MADE + permissions_page(),
    "api-changelog.md": lambda: MADE + changelog().replace("## ", "# What changes in the API\n\n## ", 1),
    **also_written,
}
