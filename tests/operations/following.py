"""Reading a page's blocks and following them in one shell, in a scratch installation; knows no page.

A block of `sh` is run to the letter; a block of `text` right after it is what it prints. There is no other kind of block in these
pages, so that none is left untried. In `text`, … stands for anything, on a line of its own for any number of lines."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from devstack.stack import ROOT

FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
# Folders of a machine of one's own stand in the scratch installation.
OF_THE_MACHINE = re.compile(r"(?<![\w./:-])/(etc|srv|var|usr/local|mnt)(?=/|\s|$)", re.MULTILINE)
PROGRAMS = ("docker", "sudo", "systemctl", "apt-get", "install", "python3", "createdb", "adduser", "chown", "nginx")
WARM = Path(__file__).parent / "stand_ins" / "warm.py"
END = "=== end of block"


@dataclass(frozen=True)
class Block:
    """`line`: where it stands in the page; `prints`: nothing where the page does not say."""

    line: int
    script: str
    prints: str | None = None


class NotFollowed(AssertionError):
    """What the page says did not happen."""


def blocks(page: str) -> list[Block]:
    found: list[Block] = []
    ends = -1
    for fence in FENCE.finditer(page):
        kind, text = fence[1], fence[2]
        line = page.count("\n", 0, fence.start()) + 1
        if kind == "sh":
            found.append(Block(line, text))
        elif kind == "text" and found and not page[ends : fence.start()].strip():
            found[-1] = Block(found[-1].line, found[-1].script, text)
        else:
            raise NotFollowed(f"line {line}: a block that nothing runs or compares: {kind or 'no kind'}")
        ends = fence.end()
    outside = FENCE.sub(lambda fence: "\n" * fence[0].count("\n"), page)
    for number, text in enumerate(outside.splitlines(), 1):
        if text.startswith(("    ", "~~~", "\t", "```")):
            raise NotFollowed(f"line {number}: a block that is not fenced as sh or text, and so not tried")
    return found


def matches(said: str, told: str) -> bool:
    pattern = ""
    for line in told.strip().splitlines():
        pattern += r"(?:[^\n]*\n)*" if line.strip() == "…" else re.escape(line).replace("…", r"[^\n]*") + r"\n"
    return re.fullmatch(pattern, said.strip() + "\n") is not None


@dataclass(frozen=True)
class Place:
    """A scratch installation: its folder, the superuser's address of its server, its database there."""

    folder: Path
    server: str
    database: str
    programs: Path
    warm: Path | None = None

    def prepare(self) -> None:
        ignored = shutil.ignore_patterns("secrets", "__pycache__")
        shutil.copytree(ROOT / "deploy", self.folder / "deploy", ignore=ignored)
        (self.folder / "deploy" / "secrets").mkdir()
        for name in ("etc/systemd/system", "srv", "var/backups", "usr/local/bin", "mnt", "bin"):
            (self.folder / name).mkdir(parents=True)
        shutil.copy(ROOT / "docker-compose.yml", self.folder)
        for name in ("requirements", "tests/protocols"):
            (self.folder / name).parent.mkdir(exist_ok=True)
            (self.folder / name).symlink_to(ROOT / name)
        (self.folder / "run").mkdir()
        python = self.folder / "run" / "python"
        asked = f'[ "$1" != manage.py ] || exec {sys.executable} -I {WARM} ask {self.warm} "$@"\n' if self.warm else ""
        python.write_text(f'#!/bin/sh\n{asked}exec {sys.executable} "$@"\n')
        python.chmod(0o755)
        by_hand = self.folder / "bin" / "python"
        by_hand.write_text('#!/bin/sh\nexec docker compose run --rm operate python "$@"\n')
        by_hand.chmod(0o755)
        for name in PROGRAMS:
            script = self.folder / "bin" / name
            script.write_text(
                f'#!/bin/sh\nexport PYTHONPATH={ROOT}\nexec {sys.executable} -P -m tests.operations.stand_ins {name} "$@"\n'
            )
            script.chmod(0o755)

    def environment(self) -> dict[str, str]:
        ours = f"{self.folder / 'bin'}:{self.folder / 'usr/local/bin'}"
        return {
            "PATH": f"{ours}:{self.programs}:/usr/bin:/bin", "HOME": str(self.folder), "LANG": "C.UTF-8",
            "STAND_IN_PLACE": str(self.folder), "TRACKER_ETC": f"{self.folder}/etc/escalation-tracker",
            "TRACKER_HOME": f"{self.folder}/srv/escalation-tracker", "STAND_IN_PATH": "/usr/bin:/bin",
            "STAND_IN_CHECKOUT": str(ROOT), "STAND_IN_SERVER": self.server, "STAND_IN_DATABASE": self.database,
            "STAND_IN_PROGRAMS": str(Path(sys.executable).parent), "POSTGRES_PROGRAMS": str(self.programs),
        }  # fmt: skip

    def follow(self, page: list[Block], *, before: str = "") -> None:
        """All blocks in one shell, as somebody types them. Raises NotFollowed at the first that fails or prints otherwise."""
        script = "\n".join([before, f"echo '{END}'", *(f"{block.script}\necho '{END}'" for block in page)])
        script = OF_THE_MACHINE.sub(lambda found: f"{self.folder}/{found[1]}", script)
        at = urlsplit(self.server)
        script = script.replace("127.0.0.1:5432/", f"{at.hostname}:{at.port}/")
        done = subprocess.run(
            ["bash", "-eu", "-o", "pipefail"], input=script, env=self.environment(), cwd=self.folder, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False,
        )  # fmt: skip
        said = done.stdout.replace(str(self.folder), "").split(f"{END}\n")
        if len(said) < len(page) + 2:
            where = f"line {page[len(said) - 2].line}" if len(said) > 1 else "before the first block"
            raise NotFollowed(f"{where}: ended with {done.returncode}\n{said[-1]}")
        for block, text in zip(page, said[1:], strict=False):
            if block.prints is not None and not matches(text, block.prints):
                raise NotFollowed(f"line {block.line}: printed\n{text}\nand not\n{block.prints}")
