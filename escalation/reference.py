"""The manual's reference pages, written from the code they describe; knows where nothing is kept."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum

from django_fsm import FSMField
from pydantic.fields import FieldInfo

from partnerships import protocol as protocol_parts
from partnerships import protocol_terms
from partnerships.protocol import Protocol

from .actions import ACTIONS
from .models import Disagreement
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
    "_parties": "anybody who takes part on either side; the partnership manager",
    "_worker": "anybody who takes part on either side; whoever decides while it is with them; the partnership manager",
    "_keeper": "the managers who act, or whoever decides, where their side holds the clock; the partnership manager",
    "_acting": "the managers who act on either side; the partnership manager",
    "_receiving_manager": "the receiving side's managers; the partnership manager",
    "_receiving": "the receiving side; the partnership manager",
    "_raising": "the raising side; the partnership manager",
    "_decider": "whoever has the last word at that stage, and is not named in it; the partnership manager",
    "_closer": "the managers of either side; the partnership manager",
    "_side_process": "those who take part, and those beside the two sides; the protocol names who starts which",
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


def protocol_page() -> str:
    """Every part of a protocol file and its fields."""
    lines = [MADE, "# The protocol file\n", "A partnership's protocol is one YAML file with these parts.\n"]
    parts: list[type[protocol_parts.Part]] = [Protocol, *sorted(_parts() - {Protocol}, key=lambda part: part.__name__)]
    for part in parts:
        lines.append(f"## {part.__name__}\n")
        own = (part.__doc__ or "").strip()
        if own and own != (protocol_parts.Part.__doc__ or "").strip():
            lines.append(" ".join(own.split()) + "\n")
        lines += ["| field | type | needed |", "|---|---|---|"]
        for name, field in part.model_fields.items():
            lines.append(f"| `{name}` | {_type(field)} | {'yes' if field.is_required() else 'no'} |")
        lines.append("")
    lines.append("## Words that may be used\n")
    for name in sorted(vars(protocol_terms)):
        term = getattr(protocol_terms, name)
        if isinstance(term, type) and issubclass(term, StrEnum) and term is not StrEnum:
            lines.append(f"* **{name}**: {', '.join(f'`{value}`' for value in term)}")
    return "\n".join(lines) + "\n"


def _parts() -> set[type[protocol_parts.Part]]:
    found = {v for v in vars(protocol_parts).values() if isinstance(v, type) and issubclass(v, protocol_parts.Part)}
    return found - {protocol_parts.Part}


def _type(field: FieldInfo) -> str:
    words = str(field.annotation).replace("partnerships.protocol_terms.", "").replace("partnerships.protocol.", "")
    for noise in ("partnerships.working_days.", "typing.", "datetime."):
        words = words.replace(noise, "")
    if isinstance(field.annotation, type):
        words = field.annotation.__name__
    return f"`{words.split('[FieldInfo')[0]}`".replace("|", "or")


PAGES: dict[str, Callable[[], str]] = {
    "states.md": states_page,
    "actions.md": actions_page,
    "chronology.md": chronology_page,
    "protocol-file.md": protocol_page,
}
