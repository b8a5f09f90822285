"""The product's own source, read as trees: what the promises about code look at."""

from __future__ import annotations

import ast
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
APPS = (
    "accounts",
    "config",
    "documents",
    "escalation",
    "insight",
    "learning",
    "mailing",
    "meetings",
    "notifications",
    "operations",
    "partnerships",
    "records",
    "rehearsal",
)


@cache
def kept_files() -> tuple[Path, ...]:
    """Every file of the repository and every new one that will be in it; never what a run or an install leaves behind."""
    listed = subprocess.run(
        ["git", "-c", "safe.directory=*", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT, check=True, capture_output=True, text=True,
    ).stdout  # fmt: skip
    return tuple(path for name in listed.split("\0") if name and (path := ROOT / name).is_file())


def modules(*apps: str) -> Iterator[tuple[str, ast.Module]]:
    """The modules of these apps without their migrations, each by its path below the root."""
    for path in sorted(kept_files()):
        where = path.relative_to(ROOT)
        if path.suffix == ".py" and where.parts[0] in apps and "migrations" not in where.parts:
            yield str(where), _tree(path)


@cache
def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text())


def functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node
