"""Builds the vendored theme and the tests' fixtures from the two npm kits; a maintainer's step that users never run.

Usage: python3 tools/theme/build.py SCRATCH   (see README.md beside this file)
"""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
OUT = ROOT / "static" / "vendor" / "escalation-theme"
FIXTURES = ROOT / "tests" / "fixtures" / "govuk"
PACKAGES = ("sass@1", "govuk-frontend@6.6.0", "@ministryofjustice/frontend@11.1.0")

# What only services on GOV.UK may carry (the font, the crest), and what would make a browser fetch a missing file.
BARRED = ("GDS Transport", "govuk-crest", "@font-face", "sourceMappingURL")

# Component -> the fixtures that our own templates are held against (tests/pages/test_components.py).
HELD = {
    "back-link": ["default"],
    "breadcrumbs": ["default"],
    "character-count": ["default", "with hint", "with hint and error", "with threshold"],
    "checkboxes": ["default", "with hints on items", "with hint", "with error message and hint", "with conditional items"],
    "date-input": ["default", "with error message and hint", "with error on month input", "with values"],
    "details": ["default"],
    "error-summary": ["default"],
    "generic-header": ["default"],
    "input": ["default", "with hint text", "with error message", "with error and hint", "with label as page heading"],
    "inset-text": ["default"],
    "notification-banner": ["default", "with type as success"],
    "pagination": ["default", "first page", "last page", "with many pages"],
    "panel": ["default"],
    "password-input": ["default", "with hint text", "with error message"],
    "radios": ["default", "with hint", "with hints on items", "with fieldset and error message", "with conditional items"],
    "select": ["hint", "error", "with hint text and error message"],
    "service-navigation": ["with service name and navigation", "with navigation with a current item"],
    "skip-link": ["default"],
    "summary-list": ["default", "with actions", "as a summary card with a text header"],
    "table": ["with head and caption"],
    "tag": ["default", "grey", "red"],
    "task-list": ["default", "with hint text and additional states"],
    "textarea": ["default", "with hint", "with error message", "with hint and error message"],
    "warning-text": ["default"],
}


def main(scratch: Path) -> None:
    scratch.mkdir(parents=True, exist_ok=True)
    subprocess.run(["npm", "install", "--no-audit", "--no-fund", *PACKAGES], cwd=scratch, check=True)
    shutil.copy(HERE / "theme.scss", scratch)
    # Both load paths: the Ministry's kit refers to files as "node_modules/...".
    sass = ["npx", "sass", "--load-path=.", "--load-path=node_modules", "--style=compressed", "--no-source-map"]
    subprocess.run([*sass, "--quiet-deps", "theme.scss", "theme.css"], cwd=scratch, check=True)
    modules = scratch / "node_modules"
    write_theme((scratch / "theme.css").read_text(), modules / "@ministryofjustice/frontend/moj/assets/images")
    script = (modules / "govuk-frontend/dist/govuk/govuk-frontend.min.js").read_text()
    (OUT / "govuk-frontend.min.js").write_text(re.sub(r"\s*//# sourceMappingURL=.*$", "", script) + "\n")
    write_fixtures(modules / "govuk-frontend/dist/govuk/components")


def write_theme(css: str, images: Path) -> None:
    """Writes the stylesheet without the rules that paint the crest, and every image that it still names."""
    css = re.sub(r"[^{}]*\{[^{}]*govuk-crest[^{}]*\}", "", css)
    found = [word for word in BARRED if word in css]
    if found:
        sys.exit(f"The built stylesheet still holds {found}")
    OUT.mkdir(parents=True, exist_ok=True)
    (OUT / "theme.css").write_text(css.strip() + "\n")
    shutil.rmtree(OUT / "images", ignore_errors=True)
    (OUT / "images").mkdir()
    for name in sorted(set(re.findall(r"url\(\"?\./images/([^)\"]+)", css))):
        shutil.copy(images / name, OUT / "images" / name)


def write_fixtures(components: Path) -> None:
    shutil.rmtree(FIXTURES, ignore_errors=True)
    FIXTURES.mkdir(parents=True)
    for component, names in HELD.items():
        every = {one["name"]: one for one in json.loads((components / component / "fixtures.json").read_text())["fixtures"]}
        missing = [name for name in names if name not in every]
        if missing:
            sys.exit(f"{component} has no fixture {missing}; it has {sorted(every)}")
        held = {name: {key: every[name][key] for key in ("options", "html")} for name in names}
        (FIXTURES / f"{component}.json").write_text(json.dumps(held, indent=1, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
