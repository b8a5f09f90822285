"""Whatever a page offers to be chosen or sends along by itself, with an id of another partnership put in its place: told as of
an id that nobody has, after the same queries, and with nothing written."""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

import pytest
from django import forms
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from partnerships.models import MemberRole
from tests.promises.coming_by import of_the_api
from tests.promises.database import raw, scoped_tables

from .forms_on_pages import OnPage, forms_on, in_place_of
from .two_worlds import MARK, PARTY, Place, Told, address, compared, different, told

pytestmark = pytest.mark.django_db

OURS = ("accounts", "escalation", "insight", "learning", "meetings", "notifications", "partnerships", "records", "rehearsal")
NO_NUMBER, NO_KEY, NO_UUID = 987654, "no_such_thing", "00000000-0000-4000-8000-000000000000"
# Who sees the forms, the next one those that the former do not.
WALKERS = (MemberRole.PARTNERSHIP_MANAGER.value, PARTY, MemberRole.PROTOCOL_ADMINISTRATOR.value)
# Written with every look, whoever looks and at whatever.
ALWAYS_WRITTEN = ("django_session", "escalation_reading", "cache_entry", "usersessions_usersession")
# The mark of what a page showed: it names nothing.
NAMES_NOTHING = {"version", "shown", "digest", "held"}
# What was made just now has a key of its own at random, and where to go next has it.
MADE_ANEW = (
    (re.compile(r"(?<=/tracker/views/)[0-9a-f-]{36}(?=/$)"), "/tracker/views/new/"),
    (re.compile(r"(?<=[?&]q=)[\w-]{8}$"), "/search/"),
)
DIGEST = re.compile(r"[0-9a-f]{16,}")
# Where a line is typed, a record can be named by its reference.
BY_REFERENCE = {"other", "reference"}
# Forms that no page of this walk shows, and where they are tried.
NOT_MET = {
    **dict.fromkeys(
        (
            "accounts.passwords.ResetLinkForm", "accounts.proving.CodeForm", "accounts.proving.PasswordForm",
            "accounts.second_step_forms.AddAppForm", "accounts.second_step_forms.AddPasskeyForm",
            "accounts.second_step_forms.EnterByPasskeyForm", "accounts.second_step_forms.EnterForm",
            "accounts.second_step_forms.ProveByPasskeyForm", "accounts.second_step_forms.ProveForm",
            "accounts.second_step_forms.RenamePasskeyForm", "escalation.forms.answering.AnswerForm",
        ),
        "a person's own, in no partnership: tests/accounts, tests/journeys",
    ),
    **dict.fromkeys(
        (
            "escalation.forms.keeping.GateForm", "escalation.forms.keeping.SatisfactionForm",
            "escalation.forms.keeping.SituationForm", "escalation.forms.keeping.UnflagForm",
            "escalation.forms.steps.ConfirmForm", "escalation.forms.steps.DecisionForm", "escalation.forms.steps.DisputeForm",
            "escalation.forms.proposed.TakeBackForm",
            "escalation.forms.steps.StepBackForm", "escalation.forms.succession.TakeOverForm",
            "learning.forms.items.AskOnForm", "learning.forms.items.JudgeForm",
        ),
        "takes no id",
    ),
    **dict.fromkeys(
        ("escalation.forms.proposed.AgreeForm", "escalation.forms.proposed.DeclineForm", "escalation.forms.proposed.ProposeForm"),
        "of those who act for a side; the id is held against the one proposal that waits, and looked up nowhere:"
        " tests/services/test_proposing_an_outcome.py, tests/api/test_acting.py",
    ),
    "escalation.forms.keeping.ResumeForm": "a clock, as the form for pausing one: tests/promises/test_the_wall_holds.py",
    "learning.api.items.NewItemForm": "a program's; its records are looked for as those of the page's form, which is met:"
    " below, and tests/api/test_office.py",
    "notifications.webhooks.api.ReplayForm": "a program's; the id is looked for below the system it was told to:"
    " tests/notifications/test_webhooks_pages.py",
    "records.forms_keeping.ReviewForm": "below: what is reviewed is named by references that come with it",
    "rehearsal.forms_walk.DayForm": "in a rehearsal alone; takes no id",
}  # fmt: skip


class Walk:
    """Every form on every page of a partnership, met by somebody who may use it."""

    def __init__(self, world: Place) -> None:
        self.found: dict[tuple[str, str, tuple[str, ...]], tuple[str, OnPage]] = {}
        self.met: set[type[forms.BaseForm]] = set()
        began = forms.BaseForm.__init__

        def note(form: Any, *args: Any, **kwargs: Any) -> None:
            self.met.add(type(form))
            began(form, *args, **kwargs)

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(forms.BaseForm, "__init__", note)
            for who in WALKERS:
                for wheres in self._addresses(world, who):
                    any(self._look(world, who, where) for where in wheres)

    @staticmethod
    def _addresses(world: Place, who: str) -> Iterator[list[str]]:
        """Of each page; of a verb at another disagreement too, where the first one is not the place for it."""
        for name, route in compared(who):
            if not of_the_api(name):
                parts = world.filled(route)
                second = {**parts, "reference": f"{world.partnership.reference_prefix}-0002"}
                each = [parts, second] if name.startswith("escalation:act:") else [parts]
                yield [address(route, slug=world.slug, parts=one) for one in each]

    def _look(self, world: Place, who: str, where: str) -> bool:
        answer = world.clients[who].get(where)
        if answer.status_code != 200 or not answer["Content-Type"].startswith("text/html"):
            return False
        own = [form for form in forms_on(answer.content.decode(), where) if form.where.startswith("/p/")]  # no signing out
        for form in own:
            self.found.setdefault((form.where, form.method, tuple(form.options)), (who, form))
        return any(form.where == where for form in own)


@pytest.fixture(scope="module")
def walk(both: tuple[Place, Place], django_db_blocker: Any) -> Walk:
    with django_db_blocker.unblock(), transaction.atomic():
        found = Walk(both[0])
        transaction.set_rollback(True)
    return found


def test_every_form_of_ours_is_met_or_tried_elsewhere(walk: Walk) -> None:
    def below(form: type[Any]) -> Iterator[type[Any]]:
        for each in form.__subclasses__():
            yield each
            yield from below(each)

    def stands(form: type[Any]) -> bool:
        """In its module, and was not made while somebody asked: of those the walk met some, and which depends on it."""
        return getattr(sys.modules[form.__module__], form.__qualname__, None) is form

    def leaf(form: type[Any]) -> bool:
        ours = form.__module__.partition(".")[0] in OURS and stands(form) and not inspect.isabstract(form)
        return ours and not any(stands(each) for each in below(form))

    unmet = {f"{form.__module__}.{form.__name__}" for form in below(forms.BaseForm) if leaf(form)} - {
        f"{form.__module__}.{form.__name__}" for form in walk.met
    }
    assert unmet == set(NOT_MET)


def tried(here: Place, who: str, form: OnPage, name: str, value: str) -> Told:
    """One form sent with one value changed, and taken back."""
    sent = form.with_value(name, value)
    client = here.clients[who]
    client.cookies.pop("messages", None)  # what was told of the last one
    with transaction.atomic():
        where = form.where if form.method == "POST" else f"{form.where}?{sent}"
        answer = told(client, form.method, where, body=sent.encode() if form.method == "POST" else b"", hide=[value])
        transaction.set_rollback(True)
    for anew, made_at in MADE_ANEW:
        if form.where.endswith(made_at):
            answer = replace(answer, headers=tuple((name, anew.sub("", value)) for name, value in answer.headers))
    return answer


def theirs(here: Place, there: Place, options: tuple[str, ...]) -> list[int]:
    """Ids there of whatever these options are ids of here: of every table in which all of them are found, the newest."""
    numbers = [int(number) for value in options for number in re.findall(r"\d+", value)[:1]]
    found = []
    for table in (name for name in scoped_tables() if name != "escalation_chronologywords"):
        with here.scope():
            known = raw(f"SELECT count(*) FROM {table} WHERE id = ANY(%s)", [numbers]) == [(len(set(numbers)),)]
        if known:
            with there.scope():
                found += [raw(f"SELECT max(id) FROM {table}")[0][0]]
    return sorted(set(found))[:1] or [there.office.pk]


def values(here: Place, there: Place, form: OnPage, name: str) -> Iterator[tuple[str, str]]:
    """(an id of theirs, an id of nobody's) to be put in the place of what stands there."""
    if name in form.typed:
        yield str(there.disagreement.reference), "ELS-9999"
        return
    offered = tuple(value for value in form.options[name] if value)
    shape = offered[0] if offered else ""
    if DIGEST.fullmatch(shape):
        return
    numbers = theirs(here, there, offered) if re.search(r"\d", shape) else [0]
    for number in numbers:
        one = in_place_of(shape, number=number, key=there.agency.key, uuid=str(there.draft.key))
        other = in_place_of(shape, number=NO_NUMBER, key=NO_KEY, uuid=NO_UUID)
        if one not in offered:
            yield one, other


def fields(walk: Walk) -> Iterator[tuple[str, OnPage, str]]:
    """What is chosen or sent along, and what is typed to find something by; of rows of the same fields one."""
    seen = set()
    for who, form in walk.found.values():
        for name in sorted({*form.options, *(form.typed if form.method == "GET" else form.typed & BY_REFERENCE)}):
            alike = re.sub(r"[0-9a-f]{10}|\d+", "", f"{form.method} {form.where.split('/')[-2]} {name}")
            if name not in NAMES_NOTHING and name not in form.ticks and alike not in seen:
                seen.add(alike)
                yield who, form, name


def test_an_id_of_theirs_is_told_of_as_an_id_of_nobodys(here: Place, there: Place, walk: Walk) -> None:
    before, found, count = (here.rows(), there.rows()), [], 0
    for who, form, name in fields(walk):
        for one, other in values(here, there, form, name):
            count += 1
            told_of, nothing = (tried(here, who, form, name, value) for value in (one, other))
            if differs := different(told_of, nothing):
                found.append((form.method, form.where, name, one, told_of.status, nothing.status, differs))
            if MARK in told_of.body:
                found.append((form.method, form.where, name, one, "a word of theirs"))
            chosen = name in form.options and name not in form.hidden
            if form.method == "POST" and chosen and told_of.status in (200, 302) and written(told_of):
                found.append((form.method, form.where, name, one, told_of.status, written(told_of)))
    assert found == [], "\n".join(map(str, found))
    assert count > 100
    assert (here.rows(), there.rows()) == before


def written(answer: Told) -> list[str]:
    """The tables into which something was put, but for those that note the look itself."""
    put = [found[1] for query in answer.queries if (found := re.match(r'(?:INSERT INTO|UPDATE|DELETE FROM) "(\w+)"', query))]
    return [table for table in put if table not in ALWAYS_WRITTEN]


def test_any_id_of_theirs_in_any_field_shows_nothing_and_writes_nothing_there(here: Place, there: Place, walk: Walk) -> None:
    """Whatever table it is of, wherever it is put; and also as a number in a place of words."""
    with there.scope():
        tables = [name for name in scoped_tables() if name != "escalation_chronologywords"]
        ids = sorted({str(pk) for table in tables for (pk,) in raw(f"SELECT id FROM {table} ORDER BY id DESC LIMIT 5")})
    ids += [str(there.draft.key), str(there.file.key), str(there.disagreement.reference), there.agency.key, there.sign_on.key]
    before, places = there.rows(), list(fields(walk))

    @settings(
        max_examples=30, deadline=None, database=None, derandomize=True, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(place=st.sampled_from(places), foreign=st.sampled_from(ids))
    def put(place: tuple[str, OnPage, str], foreign: str) -> None:
        who, form, name = place
        own = here.rows() if name not in form.typed and name not in form.hidden and form.method == "POST" else None
        with transaction.atomic():
            sent = form.with_value(name, foreign)
            where = form.where if form.method == "POST" else f"{form.where}?{sent}"
            answer = told(here.clients[who], form.method, where, body=sent.encode() if form.method == "POST" else b"")
            assert (answer.status < 500, MARK in answer.body) == (True, False)
            assert there.rows() == before
            if own is not None:
                kept = {"escalation_disagreement"} if "/raise/" in form.where else set()  # a draft keeps what is typed
                assert {table for table, rows in here.rows().items() if rows != own[table]} <= {*ALWAYS_WRITTEN, *kept}
            transaction.set_rollback(True)

    put()


def test_nothing_of_theirs_can_be_put_up_for_review_with_ones_own(here: Place, there: Place) -> None:
    """Else what was written there would be destroyed from here."""
    before = here.rows(), there.rows()
    answers = []
    for reference in (str(there.disagreement.reference), "ELS-9999"):
        sent = {"which": reference, "decision": "destroy", "looked": "on", "reason": "Its time is up."}
        where = f"/p/{here.slug}/administration/records/review/"
        answers.append(told(here.clients["partnership_manager"], "POST", where, body=urlencode(sent).encode(), hide=[reference]))
    assert (answers[0].status, answers[0]) == (302, answers[1])
    assert (here.rows(), there.rows()) == before
