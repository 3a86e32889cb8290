"""What became of the slots, from the topics and from the states in the changelog."""

from collections import defaultdict
from collections.abc import Iterable

from schemas.decision import SendDecision
from schemas.model import to_epoch_ms
from tests.integration.wire import Wire
from tests.soak.states import CHANGELOGS, contents, recovered
from workers.people.state_formats import PersonCodec

GRACE_MS = 3_600_000  # for which a slot waits for an outcome when its decision is over


def leaked_slots(wire: Wire, said: Iterable[SendDecision], last: int) -> list[str]:
    """The slots that are open at the time `last` (epoch ms) and should not be, and those that were not said.

    `said` are the decisions that hold a slot; one that was said again holds up to the latest time said.
    """
    numbers: dict[str, set[int]] = defaultdict(set)
    ends: dict[str, int] = defaultdict(int)
    for decision in said:
        numbers[decision.person].add(decision.slot or 0)
        ends[decision.id] = max(ends[decision.id], to_epoch_ms(decision.valid_until or decision.decided_at))
    leaked = [
        f"{person}: {sorted(found)}"
        for person, found in numbers.items()
        if found != {*range(1, max(found) + 1)}
    ]
    codec = PersonCodec()
    for key, (_, _, body) in contents(recovered(wire.records(CHANGELOGS[-1]))).items():
        contact = codec.decode(body).stored.contact
        if contact.number > max(numbers[key], default=0):
            leaked.append(f"{key}:{contact.number} was not said")
        if contact.slot is not None and ends[f"{key}:{contact.slot.number}"] + GRACE_MS <= last:
            leaked.append(f"{key}:{contact.slot.number} is still open")
    return leaked
