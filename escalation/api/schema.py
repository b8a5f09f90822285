"""How the API describes itself: what each action takes, made of its form, and the refusals that every address can give."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.text import capfirst
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import ResolvedComponent
from drf_spectacular.utils import OpenApiResponse

from partnerships.program_problem import PROBLEM

from ..actions import ACTIONS
from .changes import ABOUT, changelog
from .once import DESCRIBED as IDEMPOTENCY_KEY
from .payload import LIST, TEXT, choices_of, kind_of
from .serializers import ProblemSerializer
from .specimen import OWN, RAISE, Specimen, specimen

REFUSALS = {
    "400": "What was sent cannot be taken: sentences by field.",
    "401": "No valid token of this partnership.",
    "403": "This person may not do this, or this token was not made for it.",
    "404": "There is nothing here, or nothing that this person may see.",
    "409": "Not possible now, or somebody changed it in the meantime.",
    "412": "It is not what If-Match says.",
    "413": "Too long.",
    "415": "This kind of body is not taken here.",
    "422": "The idempotency key stands for something else.",
    "503": "It cannot be given just now.",
}
ELSEWHERE = "One of the choices shown where the form is read."
# The only field that a page hides, and so does not name.
VERSION = "The version that you read: the number stands in the disagreement"
TEXT_OR_NULL = {"type": ["string", "null"]}
PATTERNS = {
    "^(raising|receiving)_[a-z][a-z0-9_]*$": "A person of that side in a role of the protocol: see where the form is read.",
    "^mark_[a-z][a-z0-9_]*$": "Why the mark of that name is set.",
    "^question_[a-z][a-z0-9_]*$": "The answer to a question of the protocol's own: see where the form is read.",
}


class ApiSchema(AutoSchema):
    """Adds to each operation the refusals it can give: those that its view names for the method; and what a token must have
    been made for."""

    view: Any

    def get_operation(self, *args: Any, **kwargs: Any) -> dict[str, Any] | None:
        operation: dict[str, Any] | None = super().get_operation(*args, **kwargs)
        if operation is not None:
            operation["x-token-scope"] = self.view.needs[self.method].value
            operation["x-sent-once"] = self.method in self.view.once
            operation["x-versioned"] = self.method in self.view.versioned
        return operation

    def _get_response_bodies(self, direction: Any = "response") -> dict[str, Any]:
        bodies: dict[str, Any] = super()._get_response_bodies(direction)
        for code in self.view.refusals_of(self.method):
            told = OpenApiResponse(ProblemSerializer, description=REFUSALS[code])
            bodies[code] = self._get_response_for_code(told, code, [PROBLEM])  # type: ignore[no-untyped-call]
        return bodies


class ActSchema(ApiSchema):
    """One action of the table: its words, and its form as JSON."""

    def get_operation_id(self) -> str:
        verb: str = self.view.verb
        return verb if self.method == "POST" else f"{verb}_form"

    def get_tags(self) -> list[str]:
        return ["actions"]

    def get_summary(self) -> str:
        action = ACTIONS[self.view.verb]
        label = action.label if isinstance(action.label, str) else capfirst(action.verb.replace("_", " "))
        return label if self.method == "POST" else f"What is asked for: {label[:1].lower()}{label[1:]}"

    def get_description(self) -> str:  # type: ignore[override]
        return ACTIONS[self.view.verb].intro

    def get_request_serializer(self) -> Any:
        name = "".join(part.capitalize() for part in self.view.verb.split("_")) + "Request"
        return asking(self, name, specimen(self.view.verb))


class RaiseSchema(ApiSchema):
    """The address where disagreements are listed, and where one is raised."""

    def get_request_serializer(self) -> Any:
        return asking(self, "RaiseRequest", specimen(RAISE)) if self.method == "POST" else None


class DraftSchema(ApiSchema):
    """A draft is begun with any part of the form: what raising takes, with nothing required."""

    def get_request_serializer(self) -> Any:
        if self.method != "POST":
            return None
        return asking(self, "DraftRequest", Specimen(specimen(RAISE).fields, frozenset()))


def asking(schema: ApiSchema, name: str, of: Specimen) -> dict[str, Any]:
    """A form as the body of a request, described under a name of its own."""
    component = ResolvedComponent(name, ResolvedComponent.SCHEMA, described(of), name)  # type: ignore[no-untyped-call]
    schema.registry.register_on_missing(component)
    return {"application/json": component.ref}


def described(of: Specimen) -> dict[str, Any]:
    """The JSON object that stands for a form. Fields named after a partnership's own roles and marks are said by pattern."""
    common = {name: field for name, field in sorted(of.fields.items()) if OWN not in name}
    said: dict[str, Any] = {
        "type": "object",
        "additionalProperties": False,
        "required": sorted(of.always),
        "properties": {name: property_of(field, required=name in of.always) for name, field in common.items()},
    }
    if len(common) < len(of.fields):
        said["patternProperties"] = {pattern: TEXT_OR_NULL | {"description": words} for pattern, words in PATTERNS.items()}
    return said


def property_of(field: forms.Field, *, required: bool) -> dict[str, Any]:
    kind = kind_of(field)
    said: dict[str, Any] = dict(kind.described)
    words = "".join((str(field.label or VERSION),))  # a plain one: what says in which language it is cannot be written as YAML
    if kind is LIST:
        said["items"] = {"type": "string"}
    if isinstance(field, forms.ChoiceField):
        values = [value for value, _ in choices_of(field)]
        if len(values) > 1 and not any(value.startswith(OWN) for value in values):
            said["enum"] = values if required else [*values, None]
        else:
            words = f"{words}{'' if words.endswith('?') else '.'} {ELSEWHERE}"
    if isinstance(field, forms.CharField) and field.max_length:
        said["maxLength"] = field.max_length
    if kind is TEXT and required and "enum" not in said:
        said["minLength"] = 1
    if isinstance(field, forms.IntegerField) and field.min_value is not None:
        said["minimum"] = field.min_value
    if not required:
        said["type"] = [said["type"], "null"]
    return said | {"description": words}


IF_NONE_MATCH = {
    "name": "If-None-Match",
    "in": "header",
    "schema": {"type": "string"},
    "description": "The ETag of the answer that you have: where nothing changed, 304 spares the body",
}
IF_MATCH = {
    "name": "If-Match",
    "in": "header",
    "schema": {"type": "string", "pattern": r'^"[!#-~]*"$'},
    "description": "The ETag of the disagreement that you read. Where it was changed since, nothing is done (412). The member"
    " version says the same, and is not needed beside it.",
}
# Those that stand at many operations, each written once.
HEADERS = {"IfNoneMatch": IF_NONE_MATCH, "IfMatch": IF_MATCH, "IdempotencyKey": IDEMPOTENCY_KEY}
UNCHANGED = {"description": "What you have is what there is."}


def tidy(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """Take out the generator's own marks; name the headers that many take. Choices stay where they are used: one name for
    every "kind" would help nobody."""
    _unmark(result)
    components = result.setdefault("components", {})
    components["parameters"] = {name: HEADERS[name] for name in sorted(HEADERS)}
    components["responses"] = {"Unchanged": UNCHANGED}
    for methods in result["paths"].values():
        for method, operation in methods.items():
            names = ["IfNoneMatch"] if method == "get" else []
            names += ["IdempotencyKey"] if operation.pop("x-sent-once", False) else []
            names += ["IfMatch"] if operation.pop("x-versioned", False) else []
            known = operation.setdefault("parameters", [])
            known += [{"$ref": f"#/components/parameters/{name}"} for name in names]
            if method == "get":
                operation["responses"]["304"] = {"$ref": "#/components/responses/Unchanged"}
    result["info"]["description"] = f"{result['info']['description']}\n\n{ABOUT}\n{changelog()}"
    return result


def _unmark(node: Any) -> None:
    if isinstance(node, dict):
        node.pop("x-spec-enum-id", None)
    for part in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        _unmark(part)
