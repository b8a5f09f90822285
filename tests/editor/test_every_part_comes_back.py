"""The editor covers the whole schema: every field has its words, and a form sent as it was shown changes nothing."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path

import pytest

from partnerships.editor.parts import fields_of, models, said, shape_of
from partnerships.editor.parts_choices import LABELS, choices_of
from partnerships.editor.places import ABOUT, LISTS, SINGLE, Place, count
from partnerships.editor.sections import SECTIONS
from partnerships.protocol import Protocol
from partnerships.protocol_file import read_protocol
from tests.journeys.visitor import standing_in
from tests.world import World

from .drafts import Drafted

pytestmark = pytest.mark.django_db

FEW = 4
ROOT = Path(__file__).resolve().parents[2]
# The five, and a third of the others: between them they have every kind of part.
FILES = [
    *sorted((ROOT / "partnerships" / "protocols").glob("*.yml")),
    *sorted((ROOT / "tests" / "protocols").glob("*.yml"))[::3],
]


def protocol_in(path: Path) -> Protocol:
    reading = read_protocol(path.read_bytes(), name=path.name)
    assert reading.protocol is not None, reading.problems
    return reading.protocol


def test_every_field_of_every_part_has_a_label() -> None:
    for model in models():
        assert sorted(fields_of(model)) == sorted(model.model_fields), model.__name__
        for name in model.model_fields:
            assert said(model, name).label, f"{model.__name__}.{name}"


def test_every_word_that_can_be_chosen_has_a_label() -> None:
    asked = {(model, name): shape_of(field) for model in models() for name, field in model.model_fields.items()}
    for (model, name), shape in asked.items():
        if issubclass(shape.holds, StrEnum):
            assert [word for word, _ in choices_of(shape.holds, step="stage")] == list(shape.words), model.__name__
        elif shape.words:
            assert sorted(said(model, name).words) == sorted(shape.words), f"{model.__name__}.{name}"
    assert {shape.holds for shape in asked.values() if issubclass(shape.holds, StrEnum)} == set(LABELS)


def test_every_reference_is_chosen_by_name() -> None:
    """A field that holds the key of another part offers those parts; none asks anybody to type a key."""
    for model in models():
        for name in model.model_fields:
            of = said(model, name).of
            assert of in ("", "recipients", *LISTS), f"{model.__name__}.{name}"


def test_every_part_has_its_section() -> None:
    assert sorted(name for section in SECTIONS for name in section.lists) == sorted([ABOUT, *LISTS, *SINGLE])


def some_of(number: int) -> list[int]:
    """Every one of a short list; of a long one (forty notices, all of one kind) the first and the last few."""
    return [index for index in range(number) if index < FEW or index >= number - FEW]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_form_sent_as_it_was_shown_changes_nothing(db: None, path: Path) -> None:
    world = World("barnsley")
    draft = Drafted(world, protocol_in(path))
    before = draft.version
    places = [Place(name, i) for name in (ABOUT, *LISTS, *SINGLE) for i in some_of(count(before.definition, name))]
    for place in places:
        page = draft.opens(place.name, place.index)
        form = next(form for form in page.page.every(tag="form") if "data-checked" in form.attributes)
        answer = page.client.post(page.address, standing_in(form))
        assert answer.status_code == 302, place
        after = draft.version
        assert (after.digest, after.definition) == (before.digest, before.definition), place
