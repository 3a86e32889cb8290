"""The job signals that follow from a changed interaction with a job."""

from schemas.jobs import JobSignal
from schemas.model import from_epoch_ms
from workers.people.facts import FactChange
from workers.people.state import StoredJobInteraction


def job_signals(person: str, fact_id: str, change: FactChange) -> list[JobSignal]:
    """The signals of a change: the old one retracted if its job or kind differs, and the new one."""
    before, after = change
    signals = []
    if before is not None and (after is None or (before.job_id, before.kind) != (after.job_id, after.kind)):
        signals += _signal(person, fact_id, before, retracted=True)
    if after is not None:
        signals += _signal(person, fact_id, after, retracted=False)
    return signals


def _signal(person: str, fact_id: str, interaction: StoredJobInteraction, retracted: bool) -> list[JobSignal]:
    """The signal of an interaction; none without a job or a kind."""
    if not interaction.job_id or interaction.kind is None:
        return []
    return [
        JobSignal(
            id=fact_id,
            person=person,
            job_id=interaction.job_id,
            kind=interaction.kind,
            seconds=interaction.seconds,
            at=None if interaction.at is None else from_epoch_ms(interaction.at),
            retracted=retracted,
        )
    ]
