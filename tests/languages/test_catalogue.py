"""The catalogue is whole: what is marked is translated, what is translated is marked, and the files are made of the words."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.urls import get_resolver

from devstack import words
from partnerships import languages
from tests.promises.test_every_page_has_a_decision import names

from .marked import MARKED, PRACTITIONER, RAISING, TEMPLATES, unmarked

# The only modules that may speak another language: what people meet on a page. None that stores, sends or hands out.
MAY_TRANSLATE = {
    "accounts/adapter.py", "accounts/password_words.py", "accounts/proving.py", "accounts/second_step_adapter.py",
    "accounts/second_step_forms.py", "accounts/sessions.py", "config/forms.py", "escalation/forms/base.py",
    "escalation/forms/drawn_once.py", "escalation/forms/noticing.py", "escalation/forms/proposing.py",
    "escalation/forms/questions.py",
    "escalation/forms/raising.py", "escalation/forms/raising_concern.py", "escalation/forms/raising_draft.py",
    "escalation/forms/raising_flat.py",
    "escalation/forms/raising_forecast.py", "escalation/forms/raising_pages.py", "escalation/forms/raising_people.py",
    "escalation/forms/raising_share.py", "escalation/forms/raising_sharing.py", "escalation/forms/raising_situation.py",
    "escalation/forms/raising_start.py", "escalation/forms/raising_whom.py", "escalation/navigation.py",
    "escalation/views/drafting.py", "escalation/views/elsewhere.py", "escalation/views/mine.py", "escalation/views/raising.py",
    "escalation/views/start.py", "partnerships/date_words.py", "partnerships/form_dates.py", "partnerships/languages.py",
    "notifications/you.py", "partnerships/protocol_questions.py", "partnerships/templatetags/govuk.py",
}  # fmt: skip
# What these say stands on pages, and goes into e-mails, files and the API as well: they speak the language of whoever calls,
# and all of those call in English (test_reading.py).
IN_THE_CALLERS_LANGUAGE = {
    "escalation/actions.py", "escalation/addressed.py", "escalation/for_somebody.py", "escalation/forms/for_somebody.py",
    "escalation/in_hand.py", "escalation/laid_out.py", "escalation/merging.py", "escalation/views/merging.py",
    "escalation/views/searching.py",
    "escalation/left_to_do.py", "escalation/models/particulars.py", "escalation/offering.py", "escalation/permissions.py",
    "escalation/proposals.py", "escalation/selectors.py", "escalation/services/refusing.py", "escalation/turns.py",
    "escalation/views/at_a_glance.py", "escalation/views/beside.py", "escalation/views/cards.py",
    "escalation/views/chronology.py", "escalation/views/coming_in.py", "escalation/views/dashboard.py",
    "escalation/views/disagreement.py", "escalation/views/proposed.py", "escalation/views/what_was_written.py",
    "escalation/files/listing.py", "notifications/models.py", "notifications/returned/models.py",
    "partnerships/saying_when.py",
}  # fmt: skip


def test_everything_marked_is_translated_and_nothing_else_is_and_both_files_are_made_of_it() -> None:
    found = words.marked()
    said, twice = words.translated()
    assert len(found) > 300
    assert twice + words.problems(found, said) == []
    assert (words.MADE / "django.po").read_text() == words.po(found, said)
    assert (words.MADE / "django.mo").read_bytes() == words.mo(said)


def test_what_is_wrong_with_a_translation_is_named() -> None:
    one, many = words.Key("", "%(name)s is <b>here</b>", ""), words.Key("", "%(n)s day", "%(n)s days")
    wrong = {
        one: ["Mae <b>yma</b>"],
        many: ["%(n)s diwrnod", "%(n)s ddiwrnod"],
        words.Key("", "Gone", ""): ["Wedi mynd "],
        words.Key("", "Empty", ""): [""],
    }
    assert words.problems({one: {"a.html"}, many: {"a.html"}, words.Key("", "New", ""): {"b.py"}}, wrong) == [
        "Not translated (b.py): New",
        "Translated, and marked nowhere: Empty",
        "Translated, and marked nowhere: Gone",
        "Needs 4 forms and has 2: %(n)s day",
        "Other placeholders than in English: Mae <b>yma</b>",
        "Not translated: Empty",
        "Begins or ends with a space, as the English does not: Wedi mynd ",
    ]
    html = {words.Key("", "A <b>b</b>", ""): ["A b"]}
    assert words.problems({key: {"a"} for key in html}, html) == ["Other HTML than in English: A b"]


def test_templates_and_code_are_read_for_what_is_marked() -> None:
    template = """{% extends "base.html" %}
      {% load i18n %}
      <p>{% translate "One's own" %}</p>{# {% translate "Not this" %} #}
        {% include "x.html" with text=_("Given") %}
      {% blocktranslate trimmed count n=days with a=b %}
        {{ n }} day of {{ a }}
      {% plural %}{{ n }} days of {{ a }}{% endblocktranslate %}{% translate "May" context "month" %}"""
    assert set(words.in_template(template)) == {
        words.Key("", "One's own", ""), words.Key("", "Given", ""), words.Key("month", "May", ""),
        words.Key("", "%(n)s day of %(a)s", "%(n)s days of %(a)s"),
    }  # fmt: skip
    code = (
        'from x import gettext as _\n\n\ndef f(n):\n    return _("A"), ngettext("b", "bs", n), pgettext("c", "D"), other("E")\n'
    )
    assert set(words.in_python(code)) == {words.Key("", "A", ""), words.Key("", "b", "bs"), words.Key("c", "D", "")}


def test_a_translators_own_file_is_taken_back_into_the_areas(tmp_path: Path) -> None:
    area = tmp_path / "a.yml"
    area.write_text(
        '# Why.\n"Sign in": "Arwyddo"\n"%(n)s day":\n  plural: "%(n)s days"\n  cy:\n    - a\n    - b\n    - c\n    - d\n'
    )
    found = {key: {"a.html"} for key, _ in words.area(area)}
    theirs = {words.Key("", "Sign in", ""): ["Mewngofnodi"], words.Key("", "%(n)s day", "%(n)s days"): ["1", "2", "3", "4"]}
    back = tmp_path / "back.po"
    back.write_text(words.po(found, theirs))
    assert (words.take(back, tmp_path), words.take(back, tmp_path)) == (2, 0)
    assert dict(words.area(area)) == theirs
    assert area.read_text().startswith('# Why.\n"Sign in": "Mewngofnodi"\n')


@pytest.mark.parametrize("name", MARKED + PRACTITIONER + RAISING)
def test_no_word_of_a_marked_template_stays_english(name: str) -> None:
    assert unmarked((TEMPLATES / name).read_text()) == []


def test_a_word_that_is_not_marked_is_found() -> None:
    template = """{# no #}<p aria-label="Said">Shown {{ x|default:"Given" }}</p>{% include "a.html" with text="Told" %}
      {% blocktranslate %}Marked{% endblocktranslate %}<b lang="cy">Cymraeg</b>{% translate "Marked" %}<i>{{ _("Marked") }}</i>"""
    assert unmarked(template) == ["Given", "Told", "Said", "Shown"]


def test_only_what_people_meet_on_a_page_is_translated() -> None:
    imported = re.compile(r"^\s*from django\.utils(\.translation import|.* import .*\btranslation\b)", re.MULTILINE)
    files = (path for package in words.PRODUCT for path in (words.ROOT / package).rglob("*.py"))
    speak = {path.relative_to(words.ROOT).as_posix() for path in files if imported.search(path.read_text())}
    assert speak == MAY_TRANSLATE | IN_THE_CALLERS_LANGUAGE


def test_every_page_that_may_be_welsh_has_an_address() -> None:
    there = {name for name, _ in names(get_resolver())}
    assert there >= languages.READY
    assert all(any(name.startswith(space) for name in there) for space in languages.READY_SPACES)
