"""A sender beside the fleet: it takes mails while they hold, and reports in time, late, wrongly or never."""

from heapq import heappop, heappush
from random import Random

from schemas.mail import Email, Engagement, Outcome
from schemas.model import from_epoch_ms, to_epoch_ms
from tests.integration.wire import Wire
from workers.runtime.kafka.headers import cloud_headers, event_type

HOUR_MS = 3_600_000
FATES: tuple[tuple[tuple[Outcome, ...], int], ...] = (
    (("sent",), 11),
    (("sent", "clicked"), 2),
    (("failed",), 2),
    (("bounced",), 1),
    ((), 4),  # it was sent, and nobody ever hears of it
)
SHARES = (0.0, 0.3, 0.999)  # of the time for which the mail holds, after which it is sent
DELAYS = (0, 0, 1, 30)  # hours until a report arrives


class ReportingSender:
    """What becomes of a mail depends on its id and the seed; each mail is taken once."""

    def __init__(self, wire: Wire, seed: int) -> None:
        self._wire = wire
        self._seed = seed
        self._due: list[tuple[int, str, Outcome, int]] = []  # when it is told, of what, how and when it ended
        self._people: dict[str, str] = {}

    def take(self, mail: Email, now: int) -> None:
        """Take a mail at a time (epoch ms) and plan what is reported of it; one that is over is left."""
        end = to_epoch_ms(mail.valid_until)
        if mail.id in self._people or now >= end:
            return
        self._people[mail.id] = mail.person
        draw = Random(f"{self._seed} {mail.id}")
        (outcomes,) = draw.choices([fate for fate, _ in FATES], [share for _, share in FATES])
        at = now + int((end - now) * draw.choice(SHARES))
        for outcome in outcomes:
            heappush(self._due, (at + draw.choice(DELAYS) * HOUR_MS, mail.id, outcome, at))

    def report(self, now: int) -> None:
        """Report what is due by now."""
        while self._due and self._due[0][0] <= now:
            _, id_, outcome, at = heappop(self._due)
            told = Engagement(
                decision_id=id_, person=self._people[id_], outcome=outcome, at=from_epoch_ms(at)
            )
            headers = cloud_headers(event_type("engagements"), "/sender", f"{id_}/{outcome}", now)
            self._wire.send("engagements", told.person.encode(), told.dumps(), headers, now)
