"""The loop of the demo: reads the fleet's output, writes to the database, and updates the screen."""

import time
from collections.abc import Sequence

from schemas.model import from_epoch_ms
from workers.demo import texts
from workers.demo.database_write import DatabaseWrite
from workers.demo.fleet import Fleet
from workers.demo.fleet_consumer import FleetConsumer
from workers.demo.fleet_state import FleetState, ScreenLine
from workers.demo.mail_reading import MailReading
from workers.demo.sample import SARAH
from workers.demo.screen import Screen
from workers.demo.stores import ProductStores
from workers.runtime.process.clock import now_ms

POLL_MS = 50
TOTALS_SECONDS = 10.0  # between two lines of totals where the screen has no footer


class DemoLoop:
    """The fleet's state so far, and the screen that shows it. Raises DemoError when a worker keeps ending."""

    def __init__(self, screen: Screen, fleet: Fleet, consumer: FleetConsumer, reading: MailReading) -> None:
        self._reading = reading
        self.state = FleetState()
        self.writes = 0
        self.footer_hints: Sequence[str] = ()
        self._screen = screen
        self._fleet = fleet
        self._consumer = consumer
        self._totals_at = time.monotonic()

    def wait_until_ready(self, people: int) -> None:
        """Read records until everybody has a profile, a decision, and the mail if there is one."""
        while not self.state.is_ready(people):
            self._poll(silent=True)
            counts = (len(self.state.profiles), len(self.state.decisions), len(self.state.mails))
            self._screen.show_progress("reading: {} profiles, {} decisions, {} mails".format(*counts))

    def show_sample_person(self) -> None:
        """Show profile, decision and mail of the sample person."""
        profile = self.state.profiles.get(SARAH)
        decision = self.state.mailed.get(SARAH)
        mail = self.state.mails.get(SARAH)
        if profile is None or decision is None:
            return
        name = texts.name_of(profile)
        self._show(ScreenLine("profile", SARAH, name, texts.profile_summary(profile)))
        self._show(ScreenLine("profile", SARAH, name, profile.summary))
        self._show(ScreenLine("decision", SARAH, name, texts.decision_text(decision)))
        if mail is not None:
            self._show(ScreenLine("mail", SARAH, name, texts.mail_text(mail)))
        if mail is not None and mail.decision_id in self.state.delivered:
            self._show(ScreenLine("delivered", SARAH, name, texts.DELIVERED))

    def write(self, stores: ProductStores, write: DatabaseWrite) -> None:
        """Execute a write, start timing its results, and show it."""
        at = monotonic_ms()
        stores.execute(write)
        self.writes += 1
        if write.person is not None:
            self.state.ways.change(write.person, at)
        name = self.state.name(write.person or "")
        if write.collection == "users" and not name:
            name = str(write.content.get("name", ""))
        self._show(ScreenLine("change", write.person or write.id, name, write.line))

    def poll_for(self, seconds: float) -> None:
        """Read and show the fleet's output for this long."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self._poll()
            self._update_footer()

    def totals(self) -> str:
        """The totals line."""
        return texts.totals_text(self.state.decisions.values())

    def speed(self) -> str:
        """The number of writes, and the median latencies."""
        return "; ".join([f"{self.writes} changes", *self.state.latency_lines()])

    def outcomes(self) -> str:
        """The number of mails, and what became of them."""
        return f"{self.state.mails_written} mails, {self.state.outcomes_text()}"

    def wait_for_the_whole_way(self) -> None:
        """Read and show until a change is followed up to what was learnt of its mail."""
        while self.state.ways.whole() is None:
            self._poll()
            self._update_footer()

    def _poll(self, silent: bool = False) -> None:
        self._fleet.watch(time.monotonic())
        for record in self._consumer.poll(POLL_MS):
            line = self.state.apply(record.topic, record.key, record.value, monotonic_ms())
            if line is not None and not silent:
                self._show(line)
        if not silent:
            self._read_mails()

    def _read_mails(self) -> None:
        """Let people do what they do with their mails, and time what follows from clicks."""
        state = self.state
        for plan in self._reading.step(lambda address: state.person_at(address) in state.ways, state.clicked):
            if plan.deed == "click" and (person := state.person_at(plan.recipient)) is not None:
                state.ways.click(person, monotonic_ms())

    def _show(self, line: ScreenLine) -> None:
        self._screen.print_event(line, from_epoch_ms(now_ms()))

    def _update_footer(self) -> None:
        paused = self.state.paused_text(from_epoch_ms(now_ms()))
        lines = [paused] if paused else []
        figures = [self.totals(), f"{self.writes} changes, {self.outcomes()}", *self.state.latency_lines()]
        self._screen.set_footer([*lines, *figures, *self.footer_hints])
        if not self._screen.has_footer and time.monotonic() - self._totals_at > TOTALS_SECONDS:
            self._totals_at = time.monotonic()
            self._screen.print_lines([*lines, self.totals(), self.outcomes()])


def monotonic_ms() -> float:
    """The monotonic clock in milliseconds."""
    return time.monotonic() * 1000
