"""A simulated audience of mails: tastes by segment, answers after days, people who never answer, scanners.

Everything comes from the seed. Scanners have a source of chance of their own, so that an audience with them
and one without are alike in all else. Times are epoch milliseconds of a virtual clock.
"""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from schemas.mail import MailClick
from workers.learn.bots import TimedClick
from workers.recommend.variations.evidence import WINDOW_MS

START = 1_800_000_000_000
DAY, SECOND = 86_400_000, 1_000
BROWSER = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/143.0 Safari/537.36"
LINKS = 8


@dataclass(frozen=True)
class AudienceShape:
    """How an audience is drawn. `spread` and `segment_spread` are standard deviations of logits.

    An arm is liked more or less by everybody (`spread`), and by a segment besides. `silent` people never
    click; the others click the more, so that `base` is the mean of all. `answer_days` is the mean delay of a
    click, none comes after the window. `scanned` is the share of people whose mails a scanner opens.
    """

    arms: tuple[str, ...] = ("brief", "warm", "question", "story", "plain")
    segments: tuple[str, ...] = ("en-new", "en-known", "ja-new", "ja-known")
    people: int = 5_000
    base: float = 0.08
    spread: float = 0.5
    segment_spread: float = 0.25
    eligible: float = 0.85
    silent: float = 0.3
    scanned: float = 0.1
    answer_days: float = 0.8
    mails_a_day: int = 50


@dataclass(frozen=True)
class Recipient:
    """Whom a mail is for, when it is handed over, and which variations may be sent."""

    person: str
    segment: str
    at: int
    eligible: tuple[str, ...]


@dataclass
class Audience:
    """People who get mails one after the other; `drift` gives them other tastes."""

    seed: int
    shape: AudienceShape = field(default_factory=AudienceShape)

    def __post_init__(self) -> None:
        self._chance, self._scanners, self._tastes = (
            np.random.default_rng([self.seed, stream]) for stream in range(3)
        )
        self.silent = self._tastes.random(self.shape.people) < self.shape.silent
        self.scanned = self._scanners.random(self.shape.people) < self.shape.scanned
        self.drift()

    def drift(self) -> None:
        """Draw the tastes: the click rate of each arm (columns) in each segment (rows)."""
        shape, draw = self.shape, self._tastes.normal
        size = len(shape.segments), len(shape.arms)
        logit = np.log(shape.base / (1 - shape.base))
        logits = logit + draw(0, shape.spread, size[1]) + draw(0, shape.segment_spread, size)
        self.rates: NDArray[np.float64] = 1 / (1 + np.exp(-logits))

    def rate(self, segment: str, arm: str) -> float:
        """The true click rate of an arm in a segment, of all its people together."""
        return float(self.rates[self.shape.segments.index(segment), self.shape.arms.index(arm)])

    def recipient(self, number: int) -> Recipient:
        """Whom the n-th mail is for; mails are evenly spread over the days."""
        shape = self.shape
        person = int(self._chance.integers(shape.people))
        drawn = self._chance.random(len(shape.arms))
        arms = tuple(arm for arm, each in zip(shape.arms, drawn, strict=True) if each < shape.eligible)
        return Recipient(
            f"person_{person}",
            shape.segments[person % len(shape.segments)],
            START + number * DAY // shape.mails_a_day,
            arms or shape.arms[:1],
        )

    def clicks(self, recipient: Recipient, arm: str) -> list[TimedClick]:
        """All requests of links of a mail, by the person and by scanners, in the order of time."""
        person = int(recipient.person.partition("_")[2])
        likes, delay, again = self._chance.random(), self._chance.exponential(), self._chance.random()
        rate = 0.0 if self.silent[person] else self.rate(recipient.segment, arm) / (1 - self.shape.silent)
        requests: list[TimedClick] = []
        if likes < rate:
            at = recipient.at + min(int(delay * self.shape.answer_days * DAY) + 90_000, WINDOW_MS - DAY // 24)
            requests.append(request(at, link="1"))
            if again < 0.2:
                requests.append(request(at + 600 * SECOND, link="2"))
        if self.scanned[person]:
            requests += scan(recipient.at, self._scanners)
        return sorted(requests, key=lambda each: each.at)


def request(at: int, **fields: Any) -> TimedClick:
    """A request as a browser makes it, but for the fields given."""
    values: dict[str, Any] = {"link": "1", "kind": "job", "user_agent": BROWSER, "links": LINKS}
    return TimedClick(at, MailClick(**(values | fields)))


def scan(at: int, chance: np.random.Generator) -> list[TimedClick]:
    """What a scanner requests after a hand-over: many links, a probe, or one link of everybody's mails."""
    kind, begin = chance.random(), at + int(chance.uniform(1, 50) * SECOND)
    if kind < 0.4:
        links = [request(begin + n * SECOND, link=str(n), data_centre=True) for n in range(LINKS)]
        return [*links, request(begin + LINKS * SECOND, link="h", kind="honeypot")] if kind < 0.15 else links
    if kind < 0.7:
        return [request(begin, method="HEAD"), request(begin + 5 * SECOND, user_agent="curl/8.5")]
    if kind < 0.8:
        return [request(begin, prefetch=True)]
    return [request(begin, network_readers=40, data_centre=True)]
