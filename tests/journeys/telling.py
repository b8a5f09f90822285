"""How a story is told: the clock goes on, beat ticks on the way, the post is read, and pages are read as people read them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from django.conf import settings
from django.core import mail
from time_machine import Traveller

from config.celery import app
from escalation.models import Deadline, Disagreement
from escalation.selectors import visible
from notifications.models import Message
from partnerships.models import User
from partnerships.working_days import LONDON
from tests.pages.markup import Element
from tests.pages.tables import rows
from tests.world import World

from .visitor import Visitor

# When a clock can run out or a reminder falls due while nobody is looking: at midnight and in the morning.
OVERNIGHT = (time(0), time(8))


def moment(words: str) -> datetime:
    """ "Thu 3 Sep 2026 09:00", in London; the day of the week is checked."""
    at = datetime.strptime(words, "%a %d %b %Y %H:%M").replace(tzinfo=LONDON)
    assert f"{at:%a}" == words[:3], f"{words} is a {at:%A}"
    return at


def in_words(at: datetime) -> str:
    local = at.astimezone(LONDON)
    return f"{local:%a} {local.day} {local:%b %Y %H:%M}"


@dataclass
class Story:
    """A partnership whose days go by. Between two scenes the clockwork ticks as it would, and nothing else happens."""

    world: World
    clock: Traveller
    now: datetime
    live: bool = False
    read_up_to: int = 0
    letters: dict[str, str] = field(default_factory=dict)

    # ---------------------------------------------------------------- time
    def comes(self, when: str | datetime) -> None:
        """Let time go by until then, with the clockwork ticking every midnight and every morning on the way."""
        until = when if isinstance(when, datetime) else moment(when)
        assert until >= self.now, f"it is {in_words(self.now)} already"
        day = self.now.astimezone(LONDON).date()
        while day <= until.astimezone(LONDON).date():
            for hour in OVERNIGHT:
                at = datetime.combine(day, hour, tzinfo=LONDON)
                if self.now < at < until:
                    self._tick_at(at)
            day += timedelta(days=1)
        self._tick_at(until)

    def _tick_at(self, at: datetime) -> None:
        self.clock.move_to(at)
        self.now = at
        tick()

    # ---------------------------------------------------------------- people
    def visitor(self, user: User) -> Visitor:
        """Somebody who signs in now. A session ends with the day, so each scene has visitors of its own."""
        return Visitor(user)

    # ---------------------------------------------------------------- post
    def post(self, *, no_longer: Iterable[str] = ()) -> dict[str, list[str]]:
        """Who was written to since the post was last read, and with which subjects. In training mode nothing has left.
        Everybody with an account can open what they were written about, but those who were told that it has left them."""
        tick()
        with self.world.scope():
            # About a disagreement: what else an office sends is shown where it is sent from.
            new = list(Message.objects.filter(pk__gt=self.read_up_to, notices__isnull=False).distinct().order_by("pk"))
        found: dict[str, list[str]] = {}
        shut_out: set[str] = set()
        for message in new:
            name = message.to_email.removesuffix(f"@{self.world.slug}.example")
            shut_out |= {name} if self._shut_out(message) else set()
            found.setdefault(name, []).append(message.subject)
            self.letters[name] = message.text
            self.read_up_to = message.pk
        expected = Message.State.SENT if self.live else Message.State.HELD
        assert {message.state for message in new} <= {expected}
        assert self.live or mail.outbox == []
        assert shut_out == set(no_longer), "these were written to and cannot open it"
        return found

    def _shut_out(self, message: Message) -> bool:
        if message.to_user is None:
            return False
        with self.world.scope(message.to_user):
            seen = visible(self.world.viewer(message.to_user)).filter(notices__message=message)
            return not seen.exists()

    def letter(self, name: str) -> str:
        """The last letter to somebody, on one line."""
        return " ".join(self.letters[name].split())

    # ---------------------------------------------------------------- what the clocks hold
    def clocks(self, reference: str) -> dict[str, str]:
        """Every clock that runs, and the instant from which it is passed."""
        with self.world.scope():
            found = Deadline.objects.filter(disagreement__reference=reference, stopped_at=None).order_by("due_at", "pk")
            return _gathered([(clock.time_limit, in_words(clock.due_at)) for clock in found])

    def standing(self, reference: str) -> tuple[str, str, int]:
        with self.world.scope():
            found = Disagreement.objects.get(reference=reference)
            return found.state, found.stage, found.tier


@dataclass(frozen=True)
class Answer:
    """What somebody answers on a form of several pages: a box filled, or (without a value) something chosen."""

    label: str
    value: str | date | None = None
    under: str = ""


def answers(page: Visitor, *given: Answer) -> Visitor:
    """Go through the form, answering each question on the page where it is asked, as far as "Check your answers"."""
    left = list(given)
    while page.heading != "Check your answers":
        here = [one for one in left if page.asks(one.label, under=one.under)]
        for one in here:
            if one.value is None:
                page.chooses(one.label, under=one.under)
            else:
                page.fills(one.label, one.value, under=one.under)
        left = [one for one in left if one not in here]
        step = page.address
        page.presses("Save and continue")
        assert page.address != step, f"{page.heading}: {page.refusals}"
    assert left == [], f"never asked: {left}"
    return page


def each(subject: str, *names: str) -> dict[str, list[str]]:
    """The same subject to every one of these."""
    return {name: [subject] for name in names}


def tick() -> None:
    """Everything that beat would send, in the order of its schedule."""
    for entry in settings.CELERY_BEAT_SCHEDULE.values():
        app.tasks[entry["task"]].delay()


# ---------------------------------------------------------------- a disagreement's page
def chronology(page: Visitor) -> list[str]:
    """What happened, in the page's own words, oldest first; with who did it."""
    return [_line(item) for item in page.page.every(cls="moj-timeline__item")]


def _line(item: Element) -> str:
    byline = item.every(cls="moj-timeline__byline")
    return item.first(cls="moj-timeline__title").text + (f" ({byline[0].text})" if byline else "")


def dates(page: Visitor) -> dict[str, str]:
    """The running clocks as the page shows them: what for, and until when."""
    found = []
    for row in page.page.every(cls="govuk-summary-list__row--no-actions"):
        value = row.first(tag="dd")
        if value.every(tag="details"):
            found.append((row.first(tag="dt").text, value.first(tag="p").text))
    return _gathered(found)


def _gathered(pairs: list[tuple[str, str]]) -> dict[str, str]:
    """One line for each name. A timescale that repeats stands there once for each period that was not kept."""
    found: dict[str, str] = {}
    for name, words in pairs:
        found[name] = f"{found[name]}; then {words}" if name in found else words
    return found


def why_these_dates(page: Visitor) -> list[str]:
    details = page.page.every(tag="details")
    return [d.first(tag="div").text for d in details if d.first(tag="summary").text == "Why this date"]


def ball(page: Visitor) -> str:
    """Who has the ball, as this person is told, and what else is said of it."""
    said = [*page.page.every(cls="escalation-ball__sentence"), *page.page.every(cls="escalation-ball__after")]
    return " ".join(one.text for one in said)


def buttons(page: Visitor) -> list[str]:
    """What this person can do now: the buttons, then the links under their headings."""
    first, more = page.page.first(cls="escalation-actions"), page.page.every(cls="escalation-more")
    drawn = [one.text for one in first.every(cls="govuk-button")]
    return [*drawn, *(a.text for section in more for a in section.every(tag="a"))]


def not_open(page: Visitor) -> dict[str, str]:
    """What is not open to this person now, each with the reason."""
    found = page.page.every(cls="escalation-not-now")
    return {one.first(tag="button").text: one.first(tag="p").text for one in found}


def marks(page: Visitor) -> list[str]:
    """The tags beside the reference: its state and its marks."""
    return [tag.text for tag in page.page.first(cls="escalation-marks").every(cls="govuk-tag")]


def now_at(page: Visitor) -> str:
    """The rung of the picture that is marked as the present one."""
    rungs = page.page.every(cls="escalation-ladder__rung--present")
    return rungs[0].first(cls="escalation-ladder__name").text.removesuffix(" Now here")


def tracker(page: Visitor) -> dict[str, list[str]]:
    """The rows of the tracker, each under its reference: agencies, step, state, timescale, who acts next; without why."""
    found = {row[0].split()[0]: row[1:] for row in rows(page.page)}
    return {reference: [cell.partition(" Why is it here?")[0] for cell in cells] for reference, cells in found.items()}
