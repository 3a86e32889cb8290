"""People who get mails and follow their links, by the subjects: tastes by language, silent people, scanners.

Everything comes from the seed and the decision, whatever the order is in which mails arrive. What they did is
kept: it is the truth that `learn` has to come to. Times are epoch milliseconds. Pure.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple
from zlib import crc32

import numpy as np

from tests.audience import BROWSER, DAY
from workers.recommend.variations.evidence import WINDOW_MS

SECOND, MINUTE = 1_000, 60_000
# what a reader sees a subject as, by language; the first one that fits
FORMS: Mapping[str, Sequence[tuple[str, str]]] = {
    "en": (("count", r"\d+ jobs for you$"), ("more", r".* and \d+ more jobs"), ("look", r"Have a look: ")),
    "ja": (
        ("count", r"あなたにおすすめの求人\d+件"),
        ("more", r".*ほか\d+件の求人"),
        ("look", r"おすすめの求人："),
    ),
}
DATA_CENTRE = "34.64.0.0/16"


class Visit(NamedTuple):
    """A request of the link with this number in a mail (-1: the last one, which nobody sees)."""

    at: int
    link: int
    address: str
    method: str = "GET"
    agent: str = BROWSER
    prefetch: bool = False


@dataclass(frozen=True)
class ReaderShape:
    """How readers are drawn: the click rate of the subjects that a language likes best, and of the others.

    `silent` people never click; the rates are those of all. A click comes `answer_days` later, in the mean.
    """

    best: float = 0.5
    others: float = 0.03
    silent: float = 0.3
    scanned: float = 0.2
    answer_days: float = 0.8


@dataclass
class MailReaders:
    """`clicked` has the times of people's clicks by decision, `scans` how many requests programs made."""

    seed: int
    shape: ReaderShape = field(default_factory=ReaderShape)
    clicked: dict[str, list[int]] = field(default_factory=dict)
    scans: dict[str, int] = field(default_factory=dict)

    def liked(self, language: str) -> str:
        """The form of subjects that readers of a language like best."""
        forms = [name for name, _ in FORMS[language]]
        return forms[crc32(f"{self.seed}/{language}".encode()) % len(forms)]

    def is_silent(self, person: str) -> bool:
        """Whether somebody never answers."""
        return bool(self._chance("silent", person).random() < self.shape.silent)

    def visits(self, decision: str, language: str, subject: str, at: int) -> list[Visit]:
        """All requests that follow from a mail with a subject, which came at a time."""
        person = decision.partition(":")[0]
        chance = self._chance("mail", decision)
        likes, delay, again = chance.random(), chance.exponential(), chance.random()
        form = form_of(language, subject)
        rate = self.shape.best if form == self.liked(language) else self.shape.others
        human: list[Visit] = []
        if not self.is_silent(person) and likes < rate / (1 - self.shape.silent):
            # none before scanners are through, none after the window
            first = at + min(int(delay * self.shape.answer_days * DAY) + 3 * MINUTE, WINDOW_MS - DAY // 12)
            home = f"8.{crc32(person.encode()) % 250}.{crc32(person[::-1].encode()) % 250}.1"
            human = [Visit(first, 0, home), *([Visit(first + 10 * MINUTE, 1, home)] if again < 0.2 else [])]
        programs = []
        if self._chance("scanned", person).random() < self.shape.scanned:
            programs = scan(at, self._chance("scan", decision))
        self.clicked[decision] = [each.at for each in human]
        self.scans[decision] = len(programs)
        return [*programs, *human]

    def _chance(self, *names: str) -> np.random.Generator:
        return np.random.default_rng([self.seed, *(crc32(name.encode()) for name in names)])


def scan(at: int, chance: np.random.Generator) -> list[Visit]:
    """What a scanner asks for within a minute: many links, also the one that is not seen, or a few probes."""
    kind, begin, address = chance.random(), at + int(chance.uniform(1, 50) * SECOND), "34.64.7.7"
    if kind < 0.5:
        links = [Visit(begin + n * SECOND, n, address) for n in range(4)]
        return [*links, Visit(begin + 4 * SECOND, -1, address)] if kind < 0.25 else links
    if kind < 0.75:
        probe = Visit(begin, 0, address, "HEAD")
        return [probe, Visit(begin + 5 * SECOND, 0, address, agent="curl/8.5")]
    return [Visit(begin, 0, address, prefetch=True)]


def form_of(language: str, subject: str) -> str:
    """What a subject looks like to a reader; a form that nobody knows is an error of the test."""
    found = [name for name, pattern in FORMS[language] if re.match(pattern, subject)]
    assert found, f"no form of subjects fits {subject!r}"
    return found[0]
