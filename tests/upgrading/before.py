"""The release before this one, as deploy/previous-release.yml names it: its migrations, its tables and its code."""

from __future__ import annotations

import subprocess
from functools import cache
from pathlib import Path

import yaml
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import StateApps

from devstack.stack import ROOT

NAMED = yaml.safe_load((ROOT / "deploy" / "previous-release.yml").read_text())
COMMIT: str = NAMED["commit"]
LAST: list[tuple[str, str]] = sorted(NAMED["migrations"].items())
OURS = {path.parent.parent.name for path in ROOT.glob("*/migrations/__init__.py")}


@cache
def loader() -> MigrationLoader:
    return MigrationLoader(connection, replace_migrations=False)


def migrations_since() -> list[tuple[str, str]]:
    """Ours, in the order in which they are applied, that the release before does not have."""
    graph = loader().graph
    had = {node for last in LAST for node in graph.forwards_plan(last)}
    every = [node for leaf in graph.leaf_nodes() for node in graph.forwards_plan(leaf)]
    return [node for node in dict.fromkeys(every) if node[0] in OURS and node not in had]


@cache
def apps() -> StateApps:
    """The models as that release has them."""
    return loader().project_state(LAST).apps


def columns() -> dict[str, set[str]]:
    """Every table of that release, with the columns that its code reads and writes."""
    return {
        model._meta.db_table: {field.column for field in model._meta.concrete_fields}
        for model in apps().get_models(include_auto_created=True)
    }


def code(target: Path) -> bool:
    """That release's code, put into a folder; False where this copy of the product came without its history."""
    known = subprocess.run(["git", "cat-file", "-e", f"{COMMIT}^{{commit}}"], cwd=ROOT, capture_output=True, check=False)
    if known.returncode:
        return False
    packed = subprocess.run(["git", "archive", "--format=tar", COMMIT], cwd=ROOT, capture_output=True, check=True)
    target.mkdir()
    subprocess.run(["tar", "-xf", "-"], cwd=target, input=packed.stdout, check=True)
    return True
