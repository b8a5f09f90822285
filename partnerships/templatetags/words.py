"""Explains the field's words where they stand first on a page; what they mean comes from glossary.py. Knows no page.

Whatever is explained is text that people typed into a protocol: each run of it is escaped on its own."""

from __future__ import annotations

from typing import Any

from django import template
from django.template.context import Context
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString

from partnerships.glossary import Piece, Term, named, own_terms, pieces
from partnerships.selectors import version_in_force
from partnerships.written import Written

register = template.Library()


@register.simple_tag(takes_context=True)
def explain(context: Context, text: object) -> SafeString:
    """A text in which the first place of each of the field's words on this page can be pressed.

    Not for the words of links, buttons, labels and headings: a button has no place inside them."""
    explained = _explained(context)
    if explained is None or not isinstance(text, str) or isinstance(text, SafeString):
        return conditional_escape(text if isinstance(text, str) else str(text))
    found = pieces(text, fresh=lambda term: term.key not in explained, own=_own(context))
    drawn = format_html_join("", "{}", ((_drawn(piece, explained),) for piece in found))
    return text.around(drawn) if isinstance(text, Written) else drawn


@register.simple_tag(takes_context=True)
def term(context: Context, words: str) -> SafeString:
    """One word of a template's own, with its explanation, whether or not it was explained on this page before."""
    found, explained = _own(context).get(words.lower()) or named(words), _explained(context)
    if found is None:
        raise template.TemplateSyntaxError(f"{words!r} is not in glossary.yml")
    return conditional_escape(words) if explained is None else _drawn(Piece(words, found), explained)


@register.simple_tag(takes_context=True)
def explained_words(context: Context) -> list[Term]:
    """What was marked on this page, for the cards at its end."""
    return list((_explained(context) or {}).values())


def _drawn(piece: Piece, explained: dict[str, Term]) -> SafeString:
    if piece.term is None:
        return conditional_escape(piece.words)
    explained[piece.term.key] = piece.term
    return format_html(
        '<button type="button" class="escalation-term" popovertarget="word-{}" title="{}">{}</button>',
        piece.term.key,
        piece.term.means,
        piece.words,
    )


def _own(context: Context) -> dict[str, Term]:
    """What the partnership's protocol in force means by a word of its own, by its name in small letters. Where a page of the
    partnership is drawn the version is known already."""
    request: Any = getattr(context, "request", None) or context.get("request")
    if getattr(request, "partnership", None) is None:
        return {}
    if not hasattr(request, "own_words"):
        version = version_in_force()
        request.own_words = {term.name.lower(): term for term in own_terms(version.protocol)} if version else {}
    found: dict[str, Term] = request.own_words
    return found


def _explained(context: Context) -> dict[str, Term] | None:
    """What this page has explained so far. It hangs on the request, which parts that are included "only" have too."""
    request: Any = getattr(context, "request", None) or context.get("request")
    if request is None:
        return None
    if not hasattr(request, "explained_words"):
        request.explained_words = {}
    found: dict[str, Term] = request.explained_words
    return found
