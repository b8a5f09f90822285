"""The Python client's generated half, written from the API's own description: its types, and one method an operation.

What a program does with any operation (retries, keys, pages, problems) is written by hand in client/, and knows none."""

from __future__ import annotations

import keyword
import re
from collections.abc import Iterable, Iterator, Mapping
from textwrap import wrap
from typing import Any

MADE = "# Written by `make docs` from docs/reference/openapi.yml; do not edit."
TYPES_HEAD = f'''"""What the API takes and gives, as types."""

{MADE}
from __future__ import annotations

from typing import Any, Literal, NotRequired, TypedDict
'''
OPERATIONS_HEAD = f'''"""One method for each operation of the API."""

{MADE}
from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Unpack, cast

from . import types as t
from .transport import Transport


class Operations(Transport):
    """Every operation, by the name that the description gives it. `key`: an idempotency key of your own; without one a new
    one is made for each call. `if_match`: the ETag that you read, instead of the version."""
'''
# A protocol is read as it is: its own manual describes its hundred parts.
OPAQUE = frozenset({"Protocol"})
PLAIN = {"string": "str", "integer": "int", "boolean": "bool", "number": "float", "object": "dict[str, Any]"}
PREFIX = "/p/{slug}/api/v1/"
SUCCESS = ("200", "201", "204")


def written(description: Mapping[str, Any]) -> dict[str, str]:
    """The generated modules, by name."""
    operations = list(_operations(description))
    schemas = description["components"]["schemas"]
    needed = sorted(_reachable(schemas, [name for op in operations for name in _types_of(op, schemas)]))
    forms = [op.verb for op in operations if op.is_form]
    types = [TYPES_HEAD, _literal("Verb", sorted(forms))]
    types += [_typed(name, schemas[name]) for name in needed]
    types += [_query(op) for op in operations if op.query and not op.is_form]
    methods = [method for op in operations if (method := _method(op, schemas))]
    return {"types.py": "\n\n".join(types).rstrip() + "\n", "operations.py": OPERATIONS_HEAD + "\n" + "\n".join(methods)}


class Operation:
    """One operation of the description."""

    def __init__(self, path: str, method: str, said: Mapping[str, Any]) -> None:
        self.name: str = said["operationId"]
        self.method, self.said = method, said
        self.path = path.removeprefix(PREFIX)
        parameters = [each for each in said.get("parameters", ()) if "$ref" not in each]
        self.places = [each["name"] for each in parameters if each["in"] == "path" and each["name"] != "slug"]
        self.places.sort(key=self.path.index)
        self.query = [each for each in parameters if each["in"] == "query"]
        self.refs = {each["$ref"].rpartition("/")[2] for each in said.get("parameters", ()) if "$ref" in each}
        self.content: Mapping[str, Any] = next(
            (said["responses"][code].get("content", {}) for code in SUCCESS if code in said["responses"]), {}
        )

    @property
    def verb(self) -> str:
        return self.name.removesuffix("_form")

    @property
    def is_form(self) -> bool:
        """What one action takes: the same for each, so one method stands for all."""
        return "/actions/" in self.path and self.method == "get" and self.name.endswith("_form")

    @property
    def by_hand(self) -> bool:
        """What is no JSON."""
        return (bool(self.content) and "application/json" not in self.content) or "multipart/form-data" in self.sent

    @property
    def sent(self) -> Mapping[str, Any]:
        found: Mapping[str, Any] = self.said.get("requestBody", {}).get("content", {})
        return found

    @property
    def body(self) -> str:
        return _ref(self.sent["application/json"]["schema"]) if "application/json" in self.sent else ""

    @property
    def answer(self) -> Mapping[str, Any]:
        found: Mapping[str, Any] = self.content.get("application/json", {}).get("schema", {})
        return found


def _operations(description: Mapping[str, Any]) -> Iterator[Operation]:
    for path, methods in description["paths"].items():
        for method, said in methods.items():
            yield Operation(path, method, said)


def _ref(schema: Mapping[str, Any]) -> str:
    return str(schema["$ref"]).rpartition("/")[2] if "$ref" in schema else ""


def _types_of(op: Operation, schemas: Mapping[str, Any]) -> list[str]:
    answer = _row(op, schemas) or op.answer
    return [name for name in (op.body, _ref(answer), _ref(answer.get("items", {}))) if name]


def _row(op: Operation, schemas: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """What a list that is given page by page is a list of. What is asked for in a body is given page by page to whoever asks."""
    if op.method != "get":
        return None
    page = schemas.get(_ref(op.answer), {}).get("properties", {})
    row: Mapping[str, Any] | None = page["results"]["items"] if {"next", "results"} <= set(page) else None
    return row


def _reachable(schemas: Mapping[str, Any], names: Iterable[str]) -> set[str]:
    found: set[str] = set()
    waiting = [name for name in names if name not in OPAQUE]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            inner = re.findall(r"#/components/schemas/(\w+)", str(schemas[name]))
            waiting += [each for each in inner if each not in OPAQUE]
    return found


def _typed(name: str, schema: Mapping[str, Any]) -> str:
    if schema.get("enum"):
        return _literal(name, schema["enum"])
    required = set(schema.get("required", ()))
    if name.endswith("Request"):
        required.discard("version")  # If-Match may stand for it
    lines = [f"class {name}(TypedDict):"]
    lines += _docstring(schema.get("description", ""), "    ")
    for field, said in schema.get("properties", {}).items():
        kind = _kind(said)
        lines.append(f"    {field}: {kind if field in required else f'NotRequired[{kind}]'}")
    return "\n".join(lines if len(lines) > 1 else [*lines, "    pass"])


def _literal(name: str, values: Iterable[str]) -> str:
    one = f"{name} = Literal[{', '.join(_quoted(value) for value in values)}]"
    if len(one) <= 130:
        return one
    inner = wrap(", ".join(_quoted(value) for value in values), 120, break_long_words=False, break_on_hyphens=False)
    return "\n".join([f"{name} = Literal[", *(f"    {line}" for line in inner), "]"])


def _query(op: Operation) -> str:
    lines = [f"class {_class(op.name)}Query(TypedDict, total=False):"]
    lines += [f"    {each['name']}: {_kind(each['schema'])}" for each in op.query if each["name"] not in ("cursor", "offset")]
    return "\n".join(lines)


def _class(name: str) -> str:
    return "".join(part.capitalize() for part in name.split("_"))


def _quoted(value: object) -> str:
    return "None" if value is None else '"' + str(value).replace("\\", "\\\\").replace('"', '\\"') + '"'


def _kind(said: Mapping[str, Any], prefix: str = "") -> str:
    if "$ref" in said:
        return _named(_ref(said), prefix)
    for several in ("oneOf", "anyOf", "allOf"):
        if several in said:
            return " | ".join(dict.fromkeys(_kind(each, prefix) for each in said[several]))
    if said.get("enum"):
        listed = f"Literal[{', '.join(_quoted(value) for value in said['enum'])}]"
        return listed if len(listed) <= 90 else "str" + (" | None" if None in said["enum"] else "")
    kinds = said.get("type", "object")
    return " | ".join(_plain(kind, said, prefix) for kind in (kinds if isinstance(kinds, list) else [kinds]))


def _named(name: str, prefix: str) -> str:
    return "dict[str, Any]" if name in OPAQUE else f"{prefix}{name}"


def _plain(kind: str, said: Mapping[str, Any], prefix: str) -> str:
    if kind == "null":
        return "None"
    if kind == "array":
        return f"list[{_kind(said.get('items', {}), prefix)}]"
    if kind == "object" and isinstance(said.get("additionalProperties"), dict):
        return f"dict[str, {_kind(said['additionalProperties'], prefix)}]"
    return PLAIN[kind]


def _docstring(text: str, indent: str) -> list[str]:
    lines = wrap(" ".join(text.split()), 118 - len(indent))
    if not lines:
        return []
    if len(lines) == 1:
        return [f'{indent}"""{lines[0]}"""']
    return [f'{indent}"""{lines[0]}', *(f"{indent}{line}" for line in lines[1:-1]), f'{indent}{lines[-1]}"""']


def _method(op: Operation, schemas: Mapping[str, Any]) -> str:
    if op.by_hand or op.is_form:
        return ""
    row = _row(op, schemas)
    takes = ["self", *(f"{place}: str" for place in op.places)]
    open_ended = bool(op.body) and "patternProperties" in schemas[op.body]
    extra = ["more: Mapping[str, Any] | None = None"] if open_ended else []
    extra += ["key: str | None = None"] if "IdempotencyKey" in op.refs else []
    extra += ["if_match: str | None = None"] if "IfMatch" in op.refs else []
    extra += ["query: Mapping[str, str] | None = None"] if op.query and op.method == "post" else []
    takes += ["*", *extra] if extra else []
    takes += [f"**fields: Unpack[t.{op.body}]"] if op.body else []
    takes += [f"**query: Unpack[t.{_class(op.name)}Query]"] if op.query and op.method == "get" else []
    gives = f"Iterator[{_kind(row, 't.')}]" if row else _kind(op.answer, "t.") if op.answer else "None"
    name = f"{op.name}_" if keyword.iskeyword(op.name) else op.name
    lines = [*_signature(name, takes, gives)]
    told = [each.rstrip(".") for each in (op.said.get("summary", ""), op.said.get("description", "")) if each]
    lines += _docstring(". ".join(told) + ".", " " * 8)
    return "\n".join([*lines, f"        {_call(op, row is not None, gives, open_ended)}", ""])


def _signature(name: str, takes: list[str], gives: str) -> list[str]:
    one = f"    def {name}({', '.join(takes)}) -> {gives}:"
    if len(one) <= 120:
        return [one]
    return [f"    def {name}(", *(f"        {each}," for each in takes), f"    ) -> {gives}:"]


def _call(op: Operation, paged: bool, gives: str, open_ended: bool) -> str:
    path = f'f"{op.path}"' if op.places else f'"{op.path}"'
    if op.method == "get":
        asked = ", dict(query)" if op.query else ""
        return f"return self.pages({path}{asked})" if paged else f"return {_cast(gives, f'self.get({path}{asked})')}"
    sent = ("{**fields, **(more or {})}" if open_ended else "dict(fields)") if op.body else "{}"
    more = ["key=key"] if "IdempotencyKey" in op.refs else []
    more += ["if_match=if_match"] if "IfMatch" in op.refs else []
    more += ["query=query"] if op.query else []
    sending = f"self.post({', '.join([path, sent, *more])})"
    return sending if gives == "None" else f"return {_cast(gives, sending)}"


def _cast(gives: str, call: str) -> str:
    return f'cast("{gives}", {call})'
