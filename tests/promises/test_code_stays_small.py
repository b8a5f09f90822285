"""Nothing grows past what one person reads in one sitting, and no file says what only this machine knows."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from .source import ROOT, functions, kept_files, modules

FILE, FUNCTION, TEMPLATE = 400, 45, 150
# Of the client, what is written from the API's description: nobody reads it in one sitting (tests/api/test_client.py).
WRITTEN = ("client/escalation_client/operations.py", "client/escalation_client/types.py")
# What is taken over as it is published elsewhere, and pins written by a tool.
NOT_OURS = ("static/vendor/", "requirements/", "tests/devstack/compose_spec/", "tests/fixtures/")
EVERYWHERE = (
    "accounts",
    "bench",
    "client",
    "config",
    "dev.py",
    "devstack",
    "documents",
    "escalation",
    "gunicorn.conf.py",
    "insight",
    "learning",
    "mailing",
    "manage.py",
    "meetings",
    "notifications",
    "operations",
    "records",
    "rehearsal",
    "partnerships",
    "tests",
    "tools",
)


def ours(*endings: str) -> Iterator[tuple[str, str]]:
    for path in kept_files():
        name = path.relative_to(ROOT).as_posix()
        if path.suffix in endings and not name.startswith(NOT_OURS):
            yield name, path.read_text()


def test_a_file_has_at_most_400_lines() -> None:
    lengths = {name: len(text.splitlines()) for name, text in ours(".py") if name not in WRITTEN}
    assert {name: length for name, length in lengths.items() if length > FILE} == {}


def test_every_python_file_is_looked_at() -> None:
    assert {name for name, _ in ours(".py")} - {name for name, _ in modules(*EVERYWHERE)} == {
        name for name, _ in ours(".py") if "/migrations/" in name
    }


def test_a_function_has_at_most_45_lines() -> None:
    long = {
        f"{where}: {function.name}": length
        for where, tree in modules(*EVERYWHERE)
        for function in functions(tree)
        if (length := (function.end_lineno or 0) - function.lineno + 1) > FUNCTION
    }
    assert long == {}


def test_a_template_has_at_most_150_lines() -> None:
    templates = {name: len(text.splitlines()) for name, text in ours(".html", ".txt") if name.startswith("templates/")}
    assert templates
    assert {name: length for name, length in templates.items() if length > TEMPLATE} == {}


def test_nothing_is_left_for_later() -> None:
    """Ideas belong where people look for them, not in the code."""
    later = re.compile("|".join(("TO" + "DO", "FIX" + "ME", "XX" + "X", "HA" + "CK")))
    assert [name for name, text in ours(".py", ".html", ".txt", ".css", ".yml", ".toml", ".md") if later.search(text)] == []


def test_no_module_is_a_drawer_for_anything() -> None:
    drawers = re.compile(r"(^|/)(utils?|common|helpers?|core|misc|signals)(\.py$|/)")
    assert [name for name, _ in ours(".py") if drawers.search(name)] == []


def test_every_module_of_the_product_says_what_it_holds() -> None:
    silent = [
        where
        for where, tree in modules(
            "accounts",
            "config",
            "devstack",
            "documents",
            "escalation",
            "insight",
            "learning",
            "meetings",
            "notifications",
            "partnerships",
            "records",
            "rehearsal",
            "dev.py",
        )
        if tree.body
        and not (getattr(tree.body[0], "value", None) and isinstance(getattr(tree.body[0].value, "value", None), str))
    ]
    assert silent == []


def machine() -> set[str]:
    """What would give this machine away: where the checkout and the person's own files are, and its package index."""
    told = {str(ROOT), f"{Path.home()}/"}
    listed = subprocess.run(
        [sys.executable, "-m", "pip", "config", "list"], check=False, capture_output=True, text=True, cwd=ROOT
    ).stdout
    told |= {urlsplit(address).hostname or urlsplit(address).path for address in re.findall(r"\w+://[^\s'\"]+", listed)}
    # Not what half of the world's machines have, such as a checkout in /app.
    return {name for name in told if len(name) > len("/home/") and name != "localhost"}


def test_no_file_names_this_machine_or_a_package_registry() -> None:
    registries = re.compile(r"\b(?:pypi|npmjs|pythonhosted|yarnpkg|crates)\.(?:org|com|io)\b|\bdeb\.debian\b|\barchive\.ubuntu\b")
    people = re.compile(r"/(?:home|Users)/[a-z]")
    giving_away = machine()
    for path in kept_files():
        try:
            text = path.read_text()
        except UnicodeDecodeError:
            continue  # a picture
        name = path.relative_to(ROOT).as_posix()
        assert not registries.search(text), name
        assert not people.search(text), name
        assert [each for each in giving_away if each in text] == [], name
