"""Somebody at a browser whose effort is counted while a story is told: pages, presses, fields, words typed and words to read."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field

from playwright.sync_api import Locator

from .at_the_browser import Person
from .effort import Effort, held

# The texts under the heading of the page that can be seen: all of them, those before something, or those of a question.
TEXTS = """(one, of) => {
    const main = document.querySelector('main');
    const root = of === 'question' ? one.closest('fieldset') || one.closest('.govuk-form-group') || one : main;
    const unseen = '.govuk-visually-hidden, .govuk-character-count__message, script, style, template, noscript';
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT), found = [];
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
        const around = node.parentElement, option = around.closest('option');
        if (of === 'before' && !(one.compareDocumentPosition(node) & (Node.DOCUMENT_POSITION_PRECEDING | 16))) continue;
        if (option && !option.selected || around.closest(unseen)) continue;
        if (around.closest('details:not([open])') && !around.closest('summary')) continue;
        if (!(option ? option.closest('select') : around).checkVisibility({ visibilityProperty: true })) continue;
        const words = node.data.split(/\\s+/).filter(Boolean).join(' ');
        if (words) found.push(words);
    }
    return found;
}"""


@dataclass
class Counted(Person):
    """Does what any person does here, and keeps count. What was read on an earlier page, or typed, is not read again."""

    effort: Effort = field(default_factory=Effort)
    known: set[str] = field(default_factory=set)
    counts: bool = False
    asked: bool = False

    @contextmanager
    def measured(self, task: str) -> Iterator[None]:
        """One task, from the page that is open, or from a letter, to the last press of it. It costs what is committed."""
        self.effort, self.known, self.counts = Effort(), set(), True
        if self.page.url.startswith(self.address):
            self._comes()
        yield
        self.counts = False
        now, before = asdict(self.effort), held(task, self.effort)
        assert now == before, f"{task} costs {now}, and not {before}: if that is meant, WRITE_EFFORT=1 writes it anew"

    def reads(self, letter: str) -> Person:
        """All of it, before anything is pressed."""
        if self.counts:
            self._reads(letter.splitlines())
        return self

    def opens(self, path: str) -> Person:
        """By a link that stands somewhere else."""
        super().opens(path)
        self._adds(presses=1)
        return self._came()

    def presses(self, name: str) -> Person:
        self._passes(self.button(name))
        super().presses(name)
        return self._came()

    def follows(self, name: str) -> Person:
        self._passes(self.page.get_by_role("link", name=name).first)
        super().follows(name)
        return self._came()

    def fills(self, label: str, words: str, *, exact: bool = False) -> Person:
        self._answers(self.page.get_by_label(label, exact=exact).first, presses=1, typed=len(words.split()))
        self.known.add(" ".join(words.split()))
        return super().fills(label, words, exact=exact)

    def selects(self, answer: str, *, under: str) -> Person:
        self._answers(self.page.get_by_label(under).first, presses=2)
        return super().selects(answer, under=under)

    def chooses(self, answer: str, *, under: str = "") -> Person:
        where = self._question(under) if under else self.page
        self._answers(where.get_by_label(answer, exact=True).first, presses=1)
        return super().chooses(answer, under=under)

    def picks(self, name: str, *, under: str) -> Person:
        super().picks(name, under=under)
        self._adds(presses=2)
        return self

    def _answers(self, box: Locator, **numbers: int) -> None:
        """A question is read whole before it is answered; of the other questions of the page nobody says how much is."""
        if self.counts:
            self.asked = True
            self._reads(box.evaluate(TEXTS, "question"))
            self._adds(fields=1, **numbers)

    def _passes(self, pressed: Locator) -> None:
        """Where nothing was asked, everything down to what is pressed is read; else the heading, with the questions."""
        if self.counts:
            heading = self.page.locator("h1").all_inner_texts()
            self._reads(heading if self.asked else pressed.evaluate(TEXTS, "before"))
            self._adds(presses=1)

    def _came(self) -> Person:
        if self.counts:
            self._comes()
        return self

    def _comes(self) -> None:
        self.asked = False
        shown: list[str] = self.page.locator("main").evaluate(TEXTS, "all")
        self._adds(pages=1, shown=sum(len(text.split()) for text in shown))

    def _reads(self, texts: list[str]) -> None:
        fresh = set(texts) - self.known
        self._adds(read=sum(len(text.split()) for text in fresh))
        self.known |= fresh

    def _adds(self, **numbers: int) -> None:
        if self.counts:
            self.effort.adds(**numbers)
