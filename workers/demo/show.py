"""The loop of the demo: hears the fleet, makes changes at a human pace, keeps the screen up to date."""

import time
from collections.abc import Sequence
from typing import Any

from pymongo.database import Database

from schemas.model import from_epoch_ms
from workers.demo import tell
from workers.demo.change import DatabaseWrite, write
from workers.demo.fleet import Fleet
from workers.demo.sample import SARAH
from workers.demo.screen import Screen
from workers.demo.tally import News, Tally
from workers.demo.watch import Watch
from workers.runtime.process.clock import now_ms

POLL_MS = 50
TOTALS_SECONDS = 10.0  # so often the totals are a line where there is no foot


class Show:
    """What was heard so far, and the screen that shows it. Raises DemoError when a worker keeps ending."""

    def __init__(self, screen: Screen, fleet: Fleet, watch: Watch) -> None:
        self.tally = Tally()
        self.changes = 0
        self.hints: Sequence[str] = ()
        self._screen = screen
        self._fleet = fleet
        self._watch = watch
        self._totals_at = time.monotonic()

    def wait_ready(self, people: int) -> None:
        """Hear the fleet until everybody has a profile, a decision, and the mail if there is one."""
        while not self.tally.ready(people):
            self._hear(quiet=True)
            seen = self.tally
            counts = (len(seen.profiles), len(seen.decisions), len(seen.mails))
            self._screen.progress("reading: {} profiles, {} decisions, {} mails".format(*counts))

    def introduce(self) -> None:
        """Show the sample person."""
        profile, decision, mail = (
            self.tally.profiles.get(SARAH),
            self.tally.decisions.get(SARAH),
            self.tally.mails.get(SARAH),
        )
        if profile is None or decision is None:
            return
        name = tell.name_of(profile)
        self._tell(News("profile", SARAH, name, tell.portrait(profile)))
        self._tell(News("profile", SARAH, name, profile.summary))
        self._tell(News("decision", SARAH, name, tell.decision_text(decision)))
        if mail is not None:
            self._tell(News("mail", SARAH, name, tell.mail_text(mail)))

    def change(self, database: Database[Any], change: DatabaseWrite) -> None:
        """Make a change and show it."""
        at = milliseconds()
        write(database, change)
        self.changes += 1
        if change.person is not None:
            self.tally.changed(change.person, at)
        name = self.tally.name(change.person or "")
        if change.collection == "users" and not name:
            name = str(change.content.get("name", ""))
        self._tell(News("change", change.person or change.id, name, change.line))

    def pause(self, seconds: float) -> None:
        """Show what the fleet says, for so long."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self._hear()
            self._foot()

    def totals(self) -> str:
        """The totals line."""
        return tell.totals_text(self.tally.decisions.values())

    def speed(self) -> str:
        """How much has happened, and how fast it went."""
        text = f"{self.changes} changes, {self.tally.written} mails"
        medians = self.tally.medians()
        if medians is None:
            return text
        profile, decision = (f"{ms:.0f} ms" for ms in medians)
        return f"{text}; median from a change: profile {profile}, decision {decision}"

    def _hear(self, quiet: bool = False) -> None:
        self._fleet.watch(time.monotonic())
        for heard in self._watch.poll(POLL_MS):
            news = self.tally.hear(heard.topic, heard.key, heard.value, milliseconds())
            if news is not None and not quiet:
                self._tell(news)

    def _tell(self, news: News) -> None:
        self._screen.news(news, from_epoch_ms(now_ms()))

    def _foot(self) -> None:
        self._screen.foot([self.totals(), self.speed(), *self.hints])
        if not self._screen.has_foot and time.monotonic() - self._totals_at > TOTALS_SECONDS:
            self._totals_at = time.monotonic()
            self._screen.say(self.totals())


def milliseconds() -> float:
    """Milliseconds that only grow."""
    return time.monotonic() * 1000
