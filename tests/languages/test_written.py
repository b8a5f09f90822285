"""Words that are not the page's own say their language in a page of another one, are plain text in English, and never markup."""

from __future__ import annotations

from copy import deepcopy

from django.forms import ChoiceField, Form
from django.template import Context, Template
from django.utils import translation

from partnerships.form_fields import Choice
from partnerships.written import Said, Written, joined, plain, say, written

HOSTILE = "<img src=x onerror=alert(1)> & 'us'"
ESCAPED = "&lt;img src=x onerror=alert(1)&gt; &amp; &#x27;us&#x27;"


def drawn(words: str) -> str:
    return Template("{{ words }}").render(Context({"words": words}))


def test_words_are_plain_in_english_and_say_their_language_elsewhere() -> None:
    assert drawn(Written(HOSTILE)) == drawn(HOSTILE) == ESCAPED
    with translation.override("cy"):
        assert drawn(Written(HOSTILE)) == f'<span lang="en-GB">{ESCAPED}</span>'
    assert (written(""), str(Written("a")) == "a", f"{Written('a')}") == ("", True, "a")


def test_a_sentence_around_them_escapes_what_it_is_given_and_outlives_a_copy() -> None:
    with translation.override("cy"):
        said = deepcopy(say("Answer <b>: %(label)s, %(number)s", label=Written(HOSTILE), number=2))
        assert drawn(said) == f'Answer &lt;b&gt;: <span lang="en-GB">{ESCAPED}</span>, 2'
        assert drawn(joined("One.", "", Written("Two."), by=" ")) == 'One. <span lang="en-GB">Two.</span>'
    assert (said == f"Answer <b>: {HOSTILE}, 2", isinstance(str(said), Said), plain(said) == said) == (True, True, True)


def test_what_is_chosen_from_a_list_says_its_language_without_markup() -> None:
    class Asking(Form):
        what = ChoiceField(choices=[("", "Dewiswch un"), ("a", Written("Thresholds")), ("b", say("%(x)s", x="y"))], widget=Choice)

    with translation.override("cy"):
        options = str(Asking()["what"].as_widget())
    assert '<option value="a" lang="en-GB">Thresholds</option>' in options
    assert "<span" not in options
