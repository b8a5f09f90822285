"""Somebody meets a word of the field: pressed where it stands first it is explained, and a page explains all of them."""

from __future__ import annotations

import pytest
from django.template import engines
from django.utils.safestring import mark_safe

from partnerships.glossary import by_letter, key_of, named, own_terms, pieces, terms
from tests.journeys.visitor import Visitor
from tests.world import World

from .markup import Element, read
from .requests import request

HOSTILE = 'Ask the LADO <script>alert("LADO")</script> & the IRO, "IRO" or lado@council.example.'


def drawn(template: str, **context: object) -> Element:
    page = "{% extends 'base.html' %}{% load words %}{% block content %}" + template + "{% endblock %}"
    return read(engines["django"].from_string(page).render(context, request("/words/")))


def test_every_word_is_explained_shortly_and_says_where_that_comes_from() -> None:
    assert [term.name for term in terms() if len(term.means.split()) > 45 or not term.source] == []
    spellings = [spelling.lower() for term in terms() for spelling in term.spellings]
    assert sorted(spellings) == sorted(set(spellings))
    assert len({term.key for term in terms()}) == len(terms())
    asked = (
        "LADO", "IRO", "CP plan", "CIN", "DSL", "MASH", "SCP", "MAPPA", "Section 47", "Strategy discussion", "Practitioner",
        "Lead", "Stage", "Tier", "Timescale", "Guide",
    )  # fmt: skip
    assert [word for word in asked if named(word) is None] == []
    assert key_of("Section 47") == "section-47"
    assert [group.letter for group in by_letter(terms())][:3] == ["A", "C", "D"]


@pytest.mark.parametrize(
    ("text", "marked"),
    [
        ("The LADO. Again the LADO, and the local authority designated officer.", ["LADO"]),
        ("the lado is not meant, and neither is sciroc or CINEMA", []),
        ("An independent reviewing officer asks for a Pathway plan", ["independent reviewing officer", "Pathway plan"]),
        ("https://lado.example/LADO and LADO@council.example", []),
        ("Her lead said that the guide is five days", []),  # everyday words stand on the page of words alone
        ("", []),
    ],
)
def test_a_word_is_marked_where_it_stands_first(text: str, marked: list[str]) -> None:
    found = pieces(text, fresh=lambda term: True)
    assert [piece.words for piece in found if piece.term] == marked
    assert "".join(piece.words for piece in found) == text


def test_what_a_protocol_says_is_explained_once_a_page_and_never_trusted() -> None:
    page = drawn("<p>{% explain text %}</p><p>{% explain text %}</p><p>{% term 'IRO' %}</p>", text=HOSTILE)
    first, second, third = page.first(tag="main").every(tag="p")
    assert page.first(tag="main").every(tag="script") == []
    assert [button.text for button in first.every(cls="escalation-term")] == ["LADO", "IRO"]
    assert (second.text, second.every(tag="button")) == (HOSTILE, [])
    assert [button.text for button in third.every(tag="button")] == ["IRO"]
    pressed = [button.attributes["popovertarget"] for button in first.every(tag="button")]
    cards = page.every(cls="escalation-card")
    assert [card.attributes["id"] for card in cards] == pressed == ["word-lado", "word-iro"]
    assert cards[0].first(cls="escalation-card__means").text.startswith("Local authority designated officer.")
    assert cards[0].first(tag="a").attributes["href"] == "/words/#lado"
    assert first.every(tag="button")[0].attributes["title"] == cards[0].first(cls="escalation-card__means").text


def test_words_that_are_markup_already_are_left_alone() -> None:
    page = drawn("<p>{% explain text %}</p>", text=mark_safe("<em>LADO</em>"))
    assert page.first(tag="em").text == "LADO"
    assert page.every(cls="escalation-cards") == []


@pytest.mark.django_db
def test_the_page_of_words_begins_with_the_partnerships_own(barnsley: World) -> None:
    anybody = Visitor().opens("/words/")
    assert (anybody.status, anybody.heading) == (200, "What words mean")
    anybody.does_not_see("Words of your protocol")
    member = Visitor(barnsley.midwife).opens("/p/barnsley/").follows("What words mean")
    assert member.address == "/p/barnsley/words/"
    names = [name.text for name in member.page.every(cls="escalation-words-list__name")]
    with barnsley.scope():
        own = [term.name for term in own_terms(barnsley.protocol)]
    assert names == own + [term.name for term in terms()]
    ids = [found.attributes["id"] for found in member.page.every(cls="escalation-words-list__item")]
    assert len(ids) == len(set(ids))


@pytest.mark.django_db
def test_the_protocols_own_sentences_are_explained_where_they_are_read(barnsley: World) -> None:
    page = Visitor(barnsley.midwife).opens("/p/barnsley/protocol/").page
    marked = [button.text for button in page.every(cls="escalation-term")]
    assert "Local Authority Designated Officer" in marked
    assert len(marked) == len(set(marked)) == len(page.every(cls="escalation-card"))


@pytest.mark.django_db
def test_what_the_protocol_means_by_a_word_stands_before_what_the_field_means(barnsley: World) -> None:
    """Barnsley's protocol has a Designated Nurse of its own: the card says what that one does, and leads to it."""
    with barnsley.scope():
        nurse = next(term for term in own_terms(barnsley.protocol) if term.name == "Designated Nurse")
    page = Visitor(barnsley.midwife).opens("/p/barnsley/protocol/").page
    card = next(card for card in page.every(cls="escalation-card") if card.attributes["id"] == f"word-{nurse.key}")
    assert card.first(cls="escalation-card__means").text == nurse.means
    assert card.first(tag="a").attributes["href"] == f"/p/barnsley/words/#{nurse.key}"
