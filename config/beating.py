"""How beat goes on when the machine's clock is put back, and why its ticks do not pile up; knows no task."""

from __future__ import annotations

import logging
from typing import Any

from celery.beat import PersistentScheduler

logger = logging.getLogger(__name__)

# More than any installation has waiting while its workers are well: a tick finds everything that there is to do.
ENOUGH = 1000


class Scheduler(PersistentScheduler):
    """Celery's own, which keeps in a file when each task was last sent, with two things that it leaves to others."""

    def tick(self, *args: Any, **kwargs: Any) -> float:
        """A clock that is put back by an hour would have every task wait an hour for its next turn, and meanwhile no
        timescale is noted and no sign-in code is sent. What was sent in what is now the future was sent just now."""
        now = self.app.now()
        ahead = [entry for entry in self.schedule.values() if entry.last_run_at and entry.last_run_at > now]
        for entry in ahead:
            entry.last_run_at = now
        if ahead:
            logger.warning("the clock was put back: %s tasks are counted from now on", len(ahead))
            self._heap = None
        interval: float = super().tick(*args, **kwargs)
        return interval

    def apply_entry(self, entry: Any, producer: Any = None) -> None:
        """A tick that has expired lies in the queue until a worker throws it away: a week without workers would fill the
        broker. So nothing is added to what nobody takes."""
        if (waiting := self._waiting()) >= ENOUGH:
            logger.warning("%s is not sent: %s tasks wait, and no worker takes them", entry.task, waiting)
            return
        super().apply_entry(entry, producer=producer)

    def _waiting(self) -> int:
        """How many tasks are in the queue; none where that cannot be told, which is also how an empty one answers."""
        try:
            channel: Any = self.producer.channel
            return int(channel.queue_declare(self.app.conf.task_default_queue, passive=True).message_count)
        except Exception:  # noqa: BLE001  (whatever is wrong with the broker, sending says so)
            return 0
