"""Every page for everybody who gets one: as it is written, as it is worded, what it asks of the database, and in a real browser.

WRITE_TABLES=1 writes the committed numbers and readings anew; EVERY_PAGE=1 looks in the browser at every page, not at one of
each kind; SCREENS=1 draws them for the manual."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace

import pytest
import yaml
from playwright.sync_api import Browser

from escalation.actions import ACTIONS
from tests.promises.test_every_page_has_a_decision import EXPECTED
from tests.world import shipped_protocol

from .inhabited import PROTOCOLS
from .looking import Looker
from .outlines import wrong_with
from .serving import Served, serving
from .skeletons import distinct
from .tables import MANUAL, MOST, QUERIES, held, manual, queries_text
from .tables import READ_OUT as FOLDER
from .walking import Page, Walk, view_name
from .wording import forbidden, own_lines, sayings, too_long

pytestmark = pytest.mark.django_db
LOOKING_AT_ALL = os.environ.get("EVERY_PAGE") == "1"
# Addresses that give a file, or what a program or a browser reads.
NO_PAGE = {
    "api-schema", "editor:export", "escalation:file", "escalation:readers_export", "escalation:tracker_export_csv",
    "escalation:tracker_export_ods", "escalation:tracker_export_xlsx", "healthz", "insight:take", "metrics",
    "escalation:tracker_view",  # the tracker itself, under the name of a view
    "partnerships:import_template_csv", "partnerships:import_template_xlsx", "partnerships:theme", "readyz",
    "rehearsal:timeline_file", "sign_on_start", "keep_key",
}  # fmt: skip
# Another project's page, which we ship as it is.
NOT_OURS = {"api-docs"}
# Acts that Enfield's protocol does not know; what their forms are made of is met in others.
NOT_MET = {
    "change_situation", "confirm_outcome", "dispute_outcome", "pause_clock", "record_gate", "record_satisfaction", "resume_clock",
}  # fmt: skip
# Two addresses of one page, or of two that say the same because they do the same.
SAME = [
    {"account_confirm_login_code", "account_reset_password_done"},
    {"editor:add", "partnerships:add_agency"},
    {"escalation:act", "escalation:act_for_somebody"},
    {"editor:add", "partnerships:add_contact"},
    {"partnerships:protocol", "partnerships:protocol_version"},
    {"mfa_index", "mfa_list_webauthn"},
]


def none(found: list[str]) -> None:
    assert found == [], "\n".join(found)


@pytest.fixture(scope="module")
def pages(walk: Walk) -> list[Page]:
    return [page for page in walk.pages if page.what not in NOT_OURS]


def test_there_is_a_page_wherever_the_table_says_so(walk: Walk) -> None:
    shown = {page.what for page in walk.pages if page.status == 200}
    said = {name for name, codes in EXPECTED.items() if "200" in codes.split()}
    none([f"no page of {name}" for name in said - shown - NO_PAGE])


def test_every_act_shows_its_form(walk: Walk) -> None:
    acts = [page for page in walk.pages if page.what.startswith("escalation:act:") and page.status == 200]
    none([f"no form of {verb}" for verb in sorted(set(ACTIONS) - {page.what.rpartition(":")[2] for page in acts} - NOT_MET)])


def test_every_page_is_well_made(pages: list[Page]) -> None:
    """One first heading and no level left out, one title, no id twice, no reference into nothing, no link without a name."""
    none([f"{page.name}: {wrong}" for page in pages for wrong in wrong_with(page)])


def test_every_page_has_a_title_of_its_own(pages: list[Page]) -> None:
    """Of two tabs one knows which is which."""
    named: dict[str, set[str]] = {}
    for page in pages:
        if page.status == 200 and not page.how:
            title = page.html.partition("<title>")[2].partition("</title>")[0].strip()
            named.setdefault(title, set()).add(view_name(page.where))
    none([f"{title}: {sorted(what)}" for title, what in named.items() if len(what) > 1 and what not in SAME])


def test_every_sentence_is_short_and_says_it_in_the_words_of_the_field(walk: Walk, pages: list[Page]) -> None:
    theirs = sayings(*map(shipped_protocol, PROTOCOLS), names=walk.names)
    found: dict[str, str] = {}
    for page in pages:
        for line in own_lines(page.html, theirs):
            for wrong in (*too_long(line), *forbidden(line)):
                found.setdefault(f"{wrong} | {line}", page.name)
    none([f"{name}: {wrong}" for wrong, name in found.items()])


def test_every_page_takes_as_many_queries_as_its_line_says(walk: Walk) -> None:
    committed = held(QUERIES, queries_text(walk.pages))
    assert yaml.safe_load(queries_text(walk.pages)) == yaml.safe_load(committed)
    assert {page.name: page.queries for page in walk.pages if page.queries > MOST} == {}


def test_the_manual_has_every_page(walk: Walk) -> None:
    now = manual(walk.pages, walk.routes)
    assert held(MANUAL, now) == now


# ---------------------------------------------------------------- in a real browser
@pytest.fixture(scope="module")
def served(walk: Walk) -> Iterator[Served]:
    with serving(walk.assets) as server:
        yield server


@pytest.fixture(scope="module")
def looker(browser: Browser) -> Iterator[Looker]:
    scripted, plain = browser.new_context(reduced_motion="reduce"), browser.new_context(java_script_enabled=False)
    yield Looker(scripted, plain)
    scripted.close()
    plain.close()


@pytest.mark.browser
def test_every_page_in_a_browser(pages: list[Page], served: Served, looker: Looker) -> None:
    """Each thing that stands on any page is looked at once: axe in light and dark, 320 pixels, forced colours, the keyboard,
    and without JavaScript."""
    chosen = pages if LOOKING_AT_ALL else distinct(pages)
    none([f"{page.name}: {wrong}" for page in chosen for wrong in looker.at_everything(served.at(page))])


# The main pages as a screen reader goes through them, each held in read_out/.
READ_OUT = {
    "start": "escalation:start · raiser",
    "step-with-an-error": "escalation:draft_step · raiser · sent empty",
    "check-answers": "escalation:draft_check · raiser",
    "disagreement-for-a-manager": "escalation:disagreement · manager",
    "dashboard": "escalation:dashboard · manager",
    "sign-in-code": "account_confirm_login_code · nobody",
}


@pytest.mark.browser
def test_the_main_pages_are_read_out_in_this_order(pages: list[Page], served: Served, looker: Looker) -> None:
    named = {page.name: page for page in pages}
    for name, what in READ_OUT.items():
        now = looker.read_out(served.at(named[what]))
        assert held(FOLDER / f"{name}.yml", now) == now, name


@pytest.mark.browser
def test_another_order_is_read_out_otherwise(pages: list[Page], served: Served, looker: Looker) -> None:
    page = next(page for page in pages if page.name == READ_OUT["dashboard"])
    turned = page.html.replace("<h1", "<p>Before everything</p><h1", 1)
    assert looker.read_out(served.at(page, turned)) != looker.read_out(served.at(page))


# A page broken on purpose, and the words in which that is found.
BROKEN = {
    "a picture without words": ("</h1>", '</h1><img src="/static/favicon.svg">', "image-alt"),
    "a script that is not ours": ("</main>", "<script>document.title = 'x'</script></main>", "Content Security Policy"),
    "words in a pale colour": ("</main>", '<p class="govuk-hint pale">Pale</p></main>', "color-contrast"),
    "pale words in the dark alone": ("</main>", '<p class="night">Pale</p></main>', "in the dark: color-contrast"),
    "something wide": ("</main>", '<p class="wide">Wide</p></main>', "has to be scrolled sideways"),
    "something cut off": (
        "</main>",
        '<div class="cut"><p>Cut off at the side of the page, as it is so long</p></div></main>',
        "is cut off",
    ),
    "an order of one's own": ("</main>", '<a href="/" tabindex="5">First</a></main>', "by keyboard: Tab"),
    "a focus that cannot be seen": ("</main>", '<button class="bare">Bare</button></main>', "the focus on"),
    "something in front": ("</main>", '<p class="front">In front</p></main>', "is hidden where it has the focus"),
    "needs JavaScript": ("</main>", '<p class="scripted"><a href="/">Only with it</a></p></main>', "without JavaScript"),
}
STYLES = """
.pale { color: #e0e0e0; } @media (prefers-color-scheme: dark) { .night { color: #333; background: #222; } }
.wide { width: 200vw; } .cut { width: 5rem; height: 2rem; overflow: hidden; white-space: nowrap; }
.bare:focus { outline: none !important; box-shadow: none !important; border: 0; }
.front { position: fixed; inset: 0; z-index: 9; background: white; } body:not(.js-enabled) .scripted { display: none; }
"""


@pytest.mark.browser
@pytest.mark.parametrize("broken", BROKEN)
def test_a_page_that_is_broken_is_found(walk: Walk, served: Served, browser: Browser, broken: str) -> None:
    """That nothing is found on our pages says something only because these are."""
    page = next(page for page in walk.pages if page.name == "escalation:start · raiser")
    where, instead, expected = BROKEN[broken]
    served.held["/static/broken.css"] = (200, {"Content-Type": "text/css"}, STYLES.encode())
    html = page.html.replace(where, instead, 1).replace("</head>", '<link rel="stylesheet" href="/static/broken.css"></head>')
    scripted, plain = browser.new_context(reduced_motion="reduce"), browser.new_context(java_script_enabled=False)
    found = Looker(scripted, plain).at_everything(served.at(page, html))
    scripted.close()
    plain.close()
    assert expected in " ".join(found)


MADE_WRONG = {
    "<h1": ("<h4", "headings of the first level"),
    "</h1>": ("</h1><h2></h2>", "an empty <h2>"),
    "</main>": ('<label for="nothing">For</label></main>', "leads nowhere"),
}


@pytest.mark.parametrize("where", MADE_WRONG)
def test_a_page_that_is_made_wrong_is_found(walk: Walk, where: str) -> None:
    page = next(page for page in walk.pages if page.name == "escalation:dashboard · raiser")
    instead, expected = MADE_WRONG[where]
    html = page.html.replace(where, instead, 1)
    html = html.replace("</h1>", "</h4>", 1) if instead == "<h4" else html
    assert expected in " ".join(wrong_with(replace(page, html=html)))


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("The timescale was breached.", ["breached"]),
        ("Please click here, user.", ["click here", "user"]),
        ("Say whom you telephoned.", []),
    ],
)
def test_words_that_nobody_should_be_told_are_found(words: str, found: list[str]) -> None:
    assert forbidden(words) == found


def test_a_sentence_of_26_words_is_too_long() -> None:
    assert too_long(f"{'word ' * 25}end. Short.") == [f"{'word ' * 25}end."]
    assert too_long(f"{'word ' * 24}end. Short.") == []
