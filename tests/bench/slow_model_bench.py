"""How much later other people's mails come while a model does not answer for some.

The worker `mail` on Kafka; a second for an answer. In the second wave the model never answers one person's
own text, nor the introduction that all Japanese digests share: who needs that has the bank's after a while.
"""

import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from deploy.embedded import Services
from schemas.decision import SendDecision
from schemas.mail import Email
from schemas.model import to_epoch_ms
from tests.bench.measure import Row
from tests.integration.processes import until
from tests.integration.wire import RUN_PARTITIONS, Wire
from tests.integration.workers import workers
from tests.soak.generations import DAY_MS, write_jobs
from tests.soak.slow_model import SlowModel
from workers.runtime.process.clock import now_ms

ANSWER_SECONDS = 1.2
A_SECOND = 8  # decisions
TTL = 2  # seconds for which a text is kept
SHARED, OWN = '"Japanese"', "Which of these"  # parts of requests: of Japanese digests, of one question


class Kind(NamedTuple):
    """Mails of one kind: campaign, verdict, language."""

    campaign: str
    verdict: str
    language: str


KINDS = (
    Kind("details-request", "ask", "en"),
    Kind("job-digest", "send", "en"),
    Kind("details-request", "ask", "en"),
    Kind("job-digest", "send", "ja"),
)


def run(services: Services, quick: bool) -> list[Row]:
    """The rows: seconds from decision to mail, without and with texts that never come."""
    seconds = 10 if quick else 90
    with ExitStack() as stack:
        model = SlowModel(1, ANSWER_SECONDS, shortest=ANSWER_SECONDS)
        wire = Wire.create(
            services,
            kairos_partitions=RUN_PARTITIONS,
            openai_api_key="a-key",
            openai_base_url=stack.enter_context(model.serve()),
            email_generation_cache_ttl=TTL,
            email_generation_rate_limit=100_000,
            email_generation_token_limit=1_000_000_000,
        )
        stack.callback(wire.close)
        write_jobs(wire)
        folder = Path(stack.enter_context(TemporaryDirectory()))
        stack.enter_context(workers(["mail"], wire.settings, folder))
        for _ in warm_up(wire):
            pass
        before = wave(wire, "before", seconds)
        model.held |= {SHARED, OWN}
        time.sleep(2 * TTL)  # until no text is kept: those of the next one are asked for
        write(wire, "held-own", KINDS[0], f"{OWN}?")
        write(wire, "held-shared", KINDS[3])
        during = wave(wire, "during", seconds)
        model.held.clear()
    return [row(kind, before[kind], during[kind]) for kind in dict.fromkeys(KINDS)]


def row(kind: Kind, before: list[float], during: list[float]) -> Row:
    """What is added to the slowest and to the median mail of a kind."""
    added = max(during) - max(before)
    how = (
        f"median {middle(before):.2f} and {middle(during):.2f} s, slowest {max(before):.2f} and "
        f"{max(during):.2f} s, of {len(before)} and {len(during)}"
    )
    return f"{kind.campaign}, {kind.language}, while texts of others hang", f"{added:+.2f} s", how


def middle(seconds: list[float]) -> float:
    """The median."""
    return sorted(seconds)[len(seconds) // 2]


def warm_up(wire: Wire) -> Iterator[None]:
    """One mail of each kind, so that the worker runs and knows how long answers take."""
    for number, kind in enumerate(dict.fromkeys(KINDS)):
        id_ = write(wire, f"warm-{number}", kind)
        until(lambda id_=id_: id_ in written(wire))  # type: ignore[misc]
        yield


def wave(wire: Wire, name: str, seconds: int) -> dict[Kind, list[float]]:
    """Decisions at a steady rate for so long; from decision to mail, in seconds, by kind."""
    kinds: dict[str, Kind] = {}
    began = time.monotonic()
    for number in range(seconds * A_SECOND):
        time.sleep(max(0.0, began + number / A_SECOND - time.monotonic()))
        kind = KINDS[number % len(KINDS)]
        kinds[write(wire, f"{name}-{number}", kind, f"Which dishes, {name} {number}?")] = kind
    until(lambda: kinds.keys() <= written(wire).keys())
    mails = written(wire)
    taken: dict[Kind, list[float]] = defaultdict(list)
    for id_, kind in kinds.items():
        taken[kind].append(mails[id_])
    return taken


def write(wire: Wire, person: str, kind: Kind, question: str = "Which dishes?") -> str:
    """Write a decision for a person; its id."""
    now = now_ms()
    decision = SendDecision.model_validate(
        SendDecision.EXAMPLES[0]
        | {"id": f"{person}:1", "person": person, "campaign": kind.campaign, "verdict": kind.verdict}
        | {"decided_at": now, "valid_until": now + DAY_MS}
        | {"brief": {"language": kind.language, "question": question}}
    )
    wire.send("send-decisions", person.encode(), decision.dumps(), [], now)
    wire.producer.flush()
    return decision.id


def written(wire: Wire) -> dict[str, float]:
    """How long each mail took from its decision, in seconds, by the decision's id."""
    decided = {
        decision.id: to_epoch_ms(decision.decided_at)
        for record in wire.records("send-decisions")
        if record.value and (decision := SendDecision.loads(record.value))
    }
    mails = [Email.loads(record.value) for record in wire.records("emails") if record.value]
    return {mail.id: (to_epoch_ms(mail.written_at) - decided[mail.id]) / 1000 for mail in mails}
