"""The catalogue of translated words: what is marked in the product, what stands in locale/cy/words/, and the files made of both.

Knows no page. Needs no database and no GNU gettext: Babel reads the Python, Django turns its templates into something that
Babel reads, and the two files that Django loads are written here, so that the same words give the same bytes anywhere.

People write locale/cy/words/<area>.yml, one file for each part of the product, so that several may translate at a time.
django.po is made of these for a translator's own program, and `take` brings back what came of it."""

from __future__ import annotations

import argparse
import html
import json
import re
import struct
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple

import yaml

ROOT = Path(__file__).resolve().parent.parent
WORDS = ROOT / "locale" / "cy" / "words"
MADE = ROOT / "locale" / "cy" / "LC_MESSAGES"
PRODUCT = (
    "accounts",
    "config",
    "documents",
    "escalation",
    "insight",
    "learning",
    "meetings",
    "notifications",
    "partnerships",
    "records",
    "rehearsal",
)
KEYWORDS: dict[str, Any] = {
    **dict.fromkeys(("gettext", "gettext_lazy", "gettext_noop", "_")),
    **dict.fromkeys(("ngettext", "ngettext_lazy"), (1, 2)),
    **dict.fromkeys(("pgettext", "pgettext_lazy"), ((1, "c"), 2)),
    **dict.fromkeys(("npgettext", "npgettext_lazy"), ((1, "c"), 2, 3)),
}
# As Django's own Welsh has it: one, two, most numbers, and eight and eleven.
PLURALS = "nplurals=4; plural=(n==1) ? 0 : (n==2) ? 1 : (n != 8 && n != 11) ? 2 : 3;"
FORMS = 4
HEADER = (
    "Project-Id-Version: Escalation tracker\nLanguage: cy\nMIME-Version: 1.0\nContent-Type: text/plain; charset=UTF-8\n"
    f"Content-Transfer-Encoding: 8bit\nPlural-Forms: {PLURALS}\n"
)
TRIAL = (
    "# Welsh on trial: made by the product's own makers and not yet checked by a translator.\n"
    "# Made by `python3 dev.py words` of locale/cy/words/*.yml; what is changed here is lost unless it is taken back.\n"
)


class Key(NamedTuple):
    """One thing to translate: in English, with its context and its plural, both empty where there is none."""

    context: str
    text: str
    plural: str


Found = dict[Key, set[str]]
Said = dict[Key, list[str]]


# ---------------------------------------------------------------- what is marked
def marked(root: Path = ROOT) -> Found:
    """Everything marked in the product, with the files in which it stands."""
    found: Found = defaultdict(set)
    for path in sorted((root / "templates").rglob("*")):
        if path.suffix in (".html", ".txt"):
            for key in in_template(path.read_text()):
                found[key].add(path.relative_to(root).as_posix())
    for package in PRODUCT:
        for path in sorted((root / package).rglob("*.py")):
            if "gettext" in (text := path.read_text()):
                for key in in_python(text):
                    found[key].add(path.relative_to(root).as_posix())
    return dict(found)


def in_template(text: str) -> Iterator[Key]:
    """Django blanks out all that is not marked; what is left is read like Python, each line from its beginning."""
    if "{% load" not in text or "i18n" not in text:
        return
    from django.utils.translation.template import templatize

    lines = (line.strip() for line in templatize(text).splitlines())
    yield from in_python("\n".join(lines))


def in_python(text: str) -> Iterator[Key]:
    from babel.messages.extract import extract

    for _, message, _, context in extract("python", BytesIO(text.encode()), keywords=KEYWORDS):
        one, many = message if isinstance(message, tuple) else (message, "")
        if one:
            yield Key(context or "", one, many or "")


# ---------------------------------------------------------------- what is translated
def translated(folder: Path = WORDS) -> tuple[Said, list[str]]:
    """The words of every area, and sentences about those that stand twice with different words."""
    said: Said = {}
    problems: list[str] = []
    for path in sorted(folder.glob("*.yml")):
        for key, words in area(path):
            if key in said and said[key] != words:
                problems.append(f"{path.name} has other words than another area for: {key.text}")
            said[key] = words
    return said, problems


def area(path: Path) -> Iterator[tuple[Key, list[str]]]:
    for text, value in (yaml.safe_load(path.read_text()) or {}).items():
        more = value if isinstance(value, dict) else {"cy": value}
        words = more.get("cy") or ""
        key = Key(more.get("context", ""), more.get("text", text), more.get("plural", ""))
        yield key, [str(one) for one in words] if isinstance(words, list) else [str(words)]


def placeholders(text: str) -> list[str]:
    return sorted(re.findall(r"%\(\w+\)[sd]|%%", text))


def tags(text: str) -> list[str]:
    return sorted(html.unescape(tag) for tag in re.findall(r"<[^>]+>", text))


def problems_of(key: Key, words: Sequence[str]) -> Iterator[str]:
    if not all(one.strip() for one in words):
        yield f"Not translated: {key.text}"
        return
    if len(words) != (FORMS if key.plural else 1):
        yield f"Needs {FORMS if key.plural else 1} forms and has {len(words)}: {key.text}"
    # The form for one may leave the number out, or say it in words.
    wanted = placeholders(key.plural or key.text)
    allowed = {tuple(wanted), tuple(placeholders(key.text))}
    for word in words:
        if tuple(placeholders(word)) not in allowed:
            yield f"Other placeholders than in English: {word}"
        if tags(word) != tags(key.text):
            yield f"Other HTML than in English: {word}"
        if word != word.strip() and key.text == key.text.strip():
            yield f"Begins or ends with a space, as the English does not: {word}"


def problems(found: Found, said: Said) -> list[str]:
    """What keeps the catalogue from being whole, each as a sentence."""
    told = [f"Not translated ({', '.join(sorted(found[key]))}): {key.text}" for key in sorted(found) if key not in said]
    told += [f"Translated, and marked nowhere: {key.text}" for key in sorted(said) if key not in found]
    for key in sorted(said):
        told += problems_of(key, said[key])
    return told


# ---------------------------------------------------------------- the two files
def po(found: Found, said: Said) -> str:
    blocks = [f'{TRIAL}msgid ""\nmsgstr ""\n' + "".join(f"{_quoted(line)}\n" for line in HEADER.splitlines(keepends=True))]
    for key in sorted(found):
        words = said.get(key) or [""] * (FORMS if key.plural else 1)
        lines = [f"#: {place}" for place in sorted(found[key])]
        lines += ["#, python-format"] if placeholders(key.text + key.plural) else []
        lines += [f"msgctxt {_quoted(key.context)}"] if key.context else []
        lines += [f"msgid {_quoted(key.text)}"]
        if key.plural:
            lines += [f"msgid_plural {_quoted(key.plural)}"]
            lines += [f"msgstr[{number}] {_quoted(word)}" for number, word in enumerate(words)]
        else:
            lines += [f"msgstr {_quoted(words[0])}"]
        blocks.append("\n".join(lines) + "\n")
    return "\n".join(blocks)


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t") + '"'


def mo(said: Said) -> bytes:
    """The binary catalogue: a table of lengths and places for the English, one for the Welsh, then the words."""
    entries = {b"": HEADER.encode()}
    for key, words in said.items():
        name = f"{key.context}\x04{key.text}" if key.context else key.text
        name += f"\0{key.plural}" if key.plural else ""
        entries[name.encode()] = "\0".join(words).encode()
    pairs = sorted(entries.items())
    begin = 7 * 4 + 16 * len(pairs)
    places: list[list[int]] = [[], []]
    body = b""
    for which in (0, 1):
        for pair in pairs:
            places[which] += [len(pair[which]), begin + len(body)]
            body += pair[which] + b"\0"
    head = struct.pack("<7I", 0x950412DE, 0, len(pairs), 28, 28 + 8 * len(pairs), 0, begin)
    return head + struct.pack(f"<{4 * len(pairs)}I", *places[0], *places[1]) + body


def write(found: Found, said: Said, folder: Path = MADE) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "django.po").write_text(po(found, said))
    (folder / "django.mo").write_bytes(mo({key: words for key, words in said.items() if key in found and all(words)}))


# ---------------------------------------------------------------- to and from people
def as_yaml(entries: Iterable[tuple[Key, Sequence[str]]]) -> str:
    """One line for each where that is enough; JSON's quotes are YAML's as well."""
    lines = []
    for key, words in entries:
        name = f"{key.context}: {key.text}" if key.context else key.text
        if not key.context and not key.plural:
            lines.append(f"{_json(name)}: {_json(words[0])}")
            continue
        lines.append(f"{_json(name)}:")
        more = {"text": key.text, "context": key.context} if key.context else {}
        lines += [f"  {label}: {_json(value)}" for label, value in (more | {"plural": key.plural}).items() if value]
        lines += ["  cy:", *(f"    - {_json(word)}" for word in words)] if key.plural else [f"  cy: {_json(words[0])}"]
    return "\n".join([*lines, ""])


def _json(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def take(came_back: Path, folder: Path = WORDS) -> int:
    """Puts a translator's words into the areas in which they stand; returns how many are different now."""
    from babel.messages.pofile import read_po

    with came_back.open("rb") as file:
        catalogue = read_po(file, locale="cy")
    changed = 0
    for path in sorted(folder.glob("*.yml")):
        comment = "".join(line for line in path.read_text().splitlines(keepends=True) if line.startswith("#"))
        entries = []
        for key, words in area(path):
            message = catalogue.get(key.text, context=key.context or None)
            theirs = message.string if message is not None else ""
            new = list(theirs) if isinstance(theirs, (list, tuple)) else [theirs or ""]
            changed += all(new) and new != words
            entries.append((key, new if all(new) else words))
        path.write_text(comment + as_yaml(entries))
    return changed


def call(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="dev.py words", description="Write locale/cy/LC_MESSAGES anew, and say what is missing."
    )
    parser.add_argument("--take", type=Path, metavar="FILE.po", help="first take over what a translator has written in this file")
    options = parser.parse_args(arguments)
    if options.take:
        print(f"{take(options.take)} words are different now.")
    found = marked()
    said, told = translated()
    told += problems(found, said)
    write(found, said)
    for sentence in told:
        print(sentence)
    if missing := [(key, [""] * (FORMS if key.plural else 1)) for key in sorted(found) if key not in said]:
        print("\nTo be put into an area of locale/cy/words/ and translated:\n\n" + as_yaml(missing))
    print(f"{len(found)} things are marked, {sum(key in said for key in found)} are in Welsh.")
    return 1 if told else 0
