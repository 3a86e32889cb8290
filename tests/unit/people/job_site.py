"""One person, the job site and the product's database: facts in, signals and the profile out."""

from datetime import timedelta
from typing import Any

from schemas.jobs import JobSignal
from schemas.model import from_epoch_ms
from schemas.profile import EnrichedProfile
from tests.unit.people.person_facts import PERSON, START, fact
from tests.world import DAY_MS
from workers.people.facts import apply_fact
from workers.people.job_signals import apply_job_fact
from workers.people.policy import Policy
from workers.people.profile.build import build_profile
from workers.people.state import StoredPerson
from workers.runtime.stage import Irregularity, Output

USER = fact("user", 0, {"email": "ann@x.jp"}, 1)
AGO = START - 10 * DAY_MS


class Site:
    """One person: facts in, signals and the profile out."""

    def __init__(self) -> None:
        self.stored = StoredPerson(PERSON, START)
        self.signals: list[JobSignal] = []
        self.version = 1
        apply_fact(self.stored, USER)

    def tell(self, source: str, number: int, value: dict[str, Any] | None = None) -> Any:
        """Apply a fact of a kind (None: retract it); what it is counted as if it is ignored."""
        self.version += 1
        told = apply_job_fact(self.stored, fact(source, number, value, self.version))
        if isinstance(told, Irregularity):
            return told
        for output in told:
            assert isinstance(output, Output)
            assert isinstance(output.value, JobSignal)
            self.signals.append(output.value)
        return None

    def site(self, number: int, kind: str, job: str | None = "j", at: int = AGO, **value: Any) -> Any:
        """Something that the job site told."""
        value |= {"kind": kind, "job_id": job, "at": at / 1000, "person": PERSON}
        return self.tell("interaction", number, value)

    def view(self, number: int, seconds: float, job: str = "j", at: int = AGO, **value: Any) -> Any:
        """A view that the product's database has."""
        value |= {"job_id": job, "time_spent_seconds": seconds, "viewed_at": at / 1000}
        return self.tell("job-view", number, value)

    def prefer(self, number: int, kind: str, job: str = "j", at: int | None = AGO) -> Any:
        """A preference that the product's database has."""
        time = None if at is None else at / 1000
        value = {"job_id": job, "preference_type": kind, "created_at": time}
        return self.tell("job-preference", number, value)

    def profile(self, after: timedelta = timedelta(0)) -> EnrichedProfile:
        """The profile some time after START."""
        return build_profile(self.stored, START, Policy()).at(from_epoch_ms(START) + after)

    def weights(self) -> list[tuple[str, float]]:
        """Kind and weight of the signals, retracted ones negative."""
        return [
            (signal.kind, -signal.weight if signal.retracted else signal.weight) for signal in self.signals
        ]
