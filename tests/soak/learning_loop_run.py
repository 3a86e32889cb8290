"""The loop on a real broker: `mail` chooses, `deliver` hands over, readers click or not, `learn` learns.

Time passes in jumps of a clock that `mail` and `deliver` have from a file, each when all that there was to be
done is done. Readers see nothing but what has come to the mail server.
"""

import heapq
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import pytest

from deploy.embedded.ports import HOST, free_ports
from schemas.decision import SendDecision
from schemas.documents import Job
from schemas.learning import VariationScore
from schemas.mail import Email, Engagement, Outcome
from schemas.model import from_epoch_ms, to_epoch_ms
from tests.audience import DAY
from tests.integration.delivering import register, wire_to
from tests.integration.mail_sink import MailSink, running
from tests.integration.processes import until
from tests.integration.skewed_worker import AHEAD_FILE
from tests.integration.wire import RUN_PARTITIONS, Addressed, Lags, Wire
from tests.integration.workers import WorkerProcess
from tests.mail_readers import DATA_CENTRE, MailReaders, ReaderShape, Visit
from tests.soak.clicking import Clicking, ReceivedMail, clicking
from tests.soak.learning_truth import CellTruth, done, share_of_best
from tests.soak.time_lapse import LapseClock
from workers.recommend.variations.evidence import WINDOW_MS
from workers.runtime.process.clock import now_ms

READS = ("emails", "engagements", "mail-signals", "variation-outcomes")
SIGNALS = ("mail-signals",)
LANGUAGES = ("en", "ja")
JOBS = 6
HOUR = 3_600_000
TITLES = {"en": "Cook", "ja": "調理師"}


class LoopShape(NamedTuple):
    """So many rounds of so many mails, to so many people (no fewer), and the days between two rounds."""

    rounds: int
    mails: int
    people: int
    days: float = 1.5
    readers: ReaderShape = ReaderShape()

    @property
    def span_ms(self) -> int:
        """From the first round to long after the last window."""
        return int(self.rounds * self.days * DAY) + WINDOW_MS + 2 * DAY


@dataclass
class LearningLoop:
    """A run, while it goes on and when it is over. `mails` and `handed_over` are by decision."""

    wire: Wire
    sink: MailSink
    readers: MailReaders
    clicking: Clicking
    clock: LapseClock
    folder: Path
    shape: LoopShape
    mails: dict[str, Email] = field(default_factory=dict)
    handed_over: dict[str, int] = field(default_factory=dict)
    rounds: dict[str, int] = field(default_factory=dict)
    kills: int = 0
    _received: dict[str, ReceivedMail] = field(default_factory=dict)
    # a heap of when, a number, whose mail, and what is asked for
    _waiting: list[tuple[int, int, str, Visit]] = field(default_factory=list)
    _read: int = 0

    def run(self, kill_at: frozenset[int] = frozenset()) -> None:
        """All rounds, with `learn` killed in some of them between the clicks and the end of windows."""
        begin = self.clock.now
        with ExitStack() as stack, closing(Lags(self.wire.settings, {"learn": READS})) as lags:
            for name in ("mail", "deliver"):
                stack.callback(self._start(name).stop)
            learn = self._start("learn")
            try:
                for number in range(self.shape.rounds):
                    self.clock.move(begin + int(number * self.shape.days * DAY))
                    self._answer(lags)
                    if number in kill_at:
                        learn.kill()
                        self.kills += 1
                        learn = self._start("learn")
                    self._pass_time(lags)
                    self._send(number)
                    self._read_mails()
                self.clock.move(begin + self.shape.span_ms)
                self._answer(lags)
                self._pass_time(lags)
            finally:
                learn.stop()

    def check(self) -> None:
        """What was learnt is what people did, and programs changed nothing; each mail came once."""
        latest = self.wire.latest("variation-scores")
        scores = {key: VariationScore.loads(value) for key, value in latest.items()}
        done = self.done()
        held = {key: (each.written, each.clicked) for key, each in scores.items()}
        expected = {key: (each.windows, each.clicks) for key, each in done.items()}
        assert held == expected, f"learnt: {held}, done: {expected}"
        for key, score in scores.items():
            weights = done[key].weight, done[key].clicked_weight
            assert (score.windows, score.clicks) == pytest.approx(weights)
        assert len(self.sink.accepted) == len(self.rounds) == self.shape.rounds * self.shape.mails
        assert self.wire.latest("dead-letters") == {}

    def done(self) -> dict[str, CellTruth]:
        """The same as the readers did it."""
        return done(self.mails.values(), self.handed_over, self.readers.clicked)

    def share_of_best(self, number: int) -> float:
        """The mean probability in a round of the subjects that readers like best."""
        mails = [mail for decision, mail in self.mails.items() if self.rounds[decision] == number]
        return share_of_best(mails, self.mails.values(), self.readers)

    def _start(self, name: str) -> WorkerProcess:
        log = self.folder / f"{name}.log"
        clock = {AHEAD_FILE: str(self.clock.file)}
        module = "tests.integration.skewed_worker"
        return WorkerProcess(name, self.wire.settings, log, module, clock)

    def _answer(self, lags: Lags) -> None:
        """Follow the links that readers have followed by now, each in its time."""
        while self._waiting and self._waiting[0][0] <= self.clock.now:
            _, _, decision, visit = heapq.heappop(self._waiting)
            self.clicking.follow(self._received[decision], visit)
        until(lambda: len(self._told("clicked")) == self.clicking.asked)
        until(lambda: is_read(lags))

    def _pass_time(self, lags: Lags) -> None:
        """Let the present time come to `learn`, and wait until it has learnt all."""
        self.wire.watermark(self.clock.now, SIGNALS)
        self.wire.producer.flush()
        until(lambda: is_read(lags))

    def _send(self, number: int) -> None:
        """Decide upon the mails of a round, and wait until each was handed over and is told."""
        now, before = self.clock.now, len(self.handed_over)
        post_jobs(self.wire, now)
        for place in range(self.shape.mails):
            person = f"p{(number * self.shape.mails + place) % self.shape.people}"
            decision = f"{person}:{number + 1}"
            self.rounds[decision] = number
            self.wire.send("send-decisions", person.encode(), decided(decision, now).dumps(), [], now)
        self.wire.producer.flush()
        until(lambda: len(self.sink.accepted) == before + self.shape.mails)
        until(lambda: len(self._told("sent")) == before + self.shape.mails)
        self.handed_over = {each.decision_id: to_epoch_ms(each.at) for each in self._told("sent")}

    def _told(self, outcome: Outcome) -> list[Engagement]:
        values = [Engagement.loads(raw.value or b"") for raw in self.wire.records("engagements")]
        return [each for each in values if each.outcome == outcome]

    def _read_mails(self) -> None:
        """Let readers read what has come to the mail server since the last time."""
        mails = [Email.loads(raw.value) for raw in self.wire.records("emails") if raw.value]
        self.mails = {mail.decision_id: mail for mail in mails}
        newest = {person_of(decision): decision for decision in self.rounds}
        for _, recipient, raw in self.sink.accepted[self._read :]:
            decision = newest[recipient.partition("@")[0]]
            mail = self._received[decision] = ReceivedMail(raw)
            came_at = self.handed_over[decision]
            for visit in self.readers.visits(decision, language_of(decision), mail.subject, came_at):
                heapq.heappush(self._waiting, (visit.at, len(self._waiting), decision, visit))
        self._read = len(self.sink.accepted)


def person_of(decision: str) -> str:
    """Whom a decision is about."""
    return decision.partition(":")[0]


def language_of(decision: str) -> str:
    """The language of a decision's mail: every second person reads Japanese."""
    return LANGUAGES[int(person_of(decision)[1:]) % len(LANGUAGES)]


def is_read(lags: Lags) -> bool:
    """Whether `learn` has read all that there is, and nothing followed meanwhile."""
    ends = lags.ends()
    return lags.lag(ends) == 0 and lags.ends() == ends


def decided(decision: str, now: int) -> SendDecision:
    """A decision for a digest of jobs."""
    fields = {"id": decision, "person": person_of(decision), "campaign": "job-digest"}
    times = {"decided_at": now, "valid_until": now + DAY // 2}
    brief = {"first_name": None, "language": language_of(decision)}
    return SendDecision.model_validate(SendDecision.EXAMPLES[0] | fields | times | {"brief": brief})


def run(
    services: Addressed, folder: Path, seed: int, shape: LoopShape, kill_at: frozenset[int]
) -> LearningLoop:
    """A whole run; its topics stay."""
    (port,) = free_ports(1)
    ranges = folder / "ranges.txt"
    ranges.write_text(f"{DATA_CENTRE}\n", "utf-8")
    serving = {
        "kairos_partitions": RUN_PARTITIONS,
        "kairos_public_url": f"http://{HOST}:{port}",
        "kairos_http_port": port,
        "kairos_http_proxies": HOST,
        "kairos_data_centres": ranges,
        "kairos_job_url": "https://jobs.example/{id}",
    }
    with running(MailSink()) as sink:
        wire = wire_to(sink, services, folder, **serving)
        wire.keep_all()
        clock = LapseClock(folder / "clock", now_ms() - shape.span_ms - DAY)
        fill(wire, clock.now, shape.people)
        with clicking(wire.settings) as follows:
            loop = LearningLoop(wire, sink, MailReaders(seed, shape.readers), follows, clock, folder, shape)
            loop.run(kill_at)
        return loop


def fill(wire: Wire, now: int, people: int) -> None:
    """Jobs in both languages, and the addresses of people."""
    post_jobs(wire, now)
    for number in range(people):
        register(wire, f"p{number}")
    wire.producer.flush()


def post_jobs(wire: Wire, now: int) -> None:
    """Post the jobs of both languages, or post them again: no mail has jobs that are old."""
    for number in range(JOBS):
        for language, title in TITLES.items():
            posted_at = from_epoch_ms(now - number * HOUR)
            job = Job(id=f"{language}{number}", title=f"{title} {number}", posted_at=posted_at)
            wire.put("jobs", job.id, job, now)
