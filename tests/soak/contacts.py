"""Runs of `people` under SIGKILL with everybody at their caps: no mail too many, and no slot is lost."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from random import Random

from schemas.decision import SendDecision
from schemas.mail import Email, Engagement
from schemas.model import from_epoch_ms, to_epoch_ms
from tests.integration.wire import RUN_PARTITIONS, Addressed, Wire
from tests.property.contact_checks import broken_limits, contacts_before, mails_within
from tests.property.contact_history import Sent
from tests.soak.compare import compare, compare_outcomes
from tests.soak.crowd import Crowd, zone_of
from tests.soak.faults import CLOCK, KILL, OUTPUTS, STEPPED, Mix, draw
from tests.soak.kills import SESSION_SECONDS, Plan, settle
from tests.soak.outcome import Outcome
from tests.soak.reporting_sender import ReportingSender
from tests.soak.slots import leaked_slots
from tests.soak.time_lapse import LapseClock, TimeLapse
from tests.soak.worker_pool import WorkerPool
from workers.people.policy import Policy, load_policy
from workers.runtime.process.clock import now_ms

DAY_MS = 86_400_000
SPAN_MS = 360 * DAY_MS  # how long ago the run begins; no record is ahead of the broker's clock
AGES_SECONDS = 2 * SPAN_MS / 1000
KILLS = Mix({KILL: 1.0}, at_point=2 / 3, points=(STEPPED, OUTPUTS))
OTHERS = ("route", "mail")
NOT_SENT = {"failed", "bounced"}
DAYS_SECONDS = 300.0  # that the days between two kills may last


@dataclass(frozen=True)
class ContactPlan:
    """So many kills of `people`, spread over so many `days`, which pass in jumps of `jump_ms` at most.

    A kill follows within `longest` seconds after its part of the days. `policies` are texts; each start of
    one of the `workers` of `people` is under another one, if there is more than one.
    """

    seed: int
    kills: int
    people: int
    policies: Sequence[str]
    days: int = 50
    longest: float = 1.0
    jump_ms: int = DAY_MS // 2
    workers: int = 2


def run(services: Addressed, plan: ContactPlan, folder: Path) -> Outcome:
    """Run the fleet, kill `people`, let everything be read, and look at every mail."""
    files = [folder / f"policy-{number}.toml" for number in range(len(plan.policies))]
    for file, text in zip(files, plan.policies, strict=True):
        file.write_text(text)
    settings = {"kairos_session_seconds": SESSION_SECONDS, "kairos_stale_seconds": AGES_SECONDS}
    with closing(
        Wire.create(services, kairos_partitions=RUN_PARTITIONS, kairos_policy=files[0], **settings)
    ) as wire:
        wire.keep_all()
        return observe(wire, plan, files, folder)


def observe(wire: Wire, plan: ContactPlan, files: Sequence[Path], folder: Path) -> Outcome:
    """As `run`, with the topics of the run, and the policies in files."""
    outcome, random, crowd = Outcome(plan.seed), Random(plan.seed), Crowd(plan.seed, plan.people)
    clock = LapseClock(folder / "clock", now_ms() - SPAN_MS)
    begin = clock.now
    lapse = TimeLapse(wire, clock, crowd, ReportingSender(wire, plan.seed), plan.jump_ms, plan.seed)
    lapse.begin(plan.people)
    names = (*["people"] * plan.workers, *OTHERS)
    pool = WorkerPool(names, wire.settings, folder, environment=Starts(clock.file, in_turn(files, random)))
    try:
        with lapse:
            pool.watch_until(lambda: lapse.is_at_rest)
            for number, fault in enumerate(draw({"people": plan.kills}, KILLS, random), 1):
                pool.inject([fault], random, plan.longest)
                until = begin + plan.days * DAY_MS * number // plan.kills
                pool.watch_until(partial(lapse.is_past, until), DAYS_SECONDS)
        settle(wire, pool, lapse.last, Plan(plan.seed, {}, dict.fromkeys(names, 1)))
        outcome.exit_codes += pool.stop()
        if len(files) == 1:
            compare(wire, outcome, max(lapse.last, wire.inbox_time()), mail=False, flow=False)
        examine(wire, outcome, crowd, [load_policy(file) for file in files], lapse.last)
    finally:
        pool.kill_all()
        outcome.hits, outcome.deaths, outcome.logs = pool.hits, pool.deaths, dict(pool.logs())
        days = (lapse.last - begin) / DAY_MS
        outcome.counts |= {"changes": lapse.changes, "jumps": lapse.jumps, "days": f"{days:.1f}"}
    return outcome


@dataclass(frozen=True)
class Starts:
    """What differs at each start of a worker: the time of `mail`, and the policy of `people`."""

    clock: Path
    policies: Iterator[Path]

    def __call__(self, name: str) -> Mapping[str, str]:
        """The variables of a worker that starts now."""
        if name == "mail":
            return {CLOCK: str(self.clock)}
        return {"KAIROS_POLICY": str(next(self.policies))} if name == "people" else {}


def in_turn(files: Sequence[Path], random: Random) -> Iterator[Path]:
    """The policies of the starts: never the same twice in a row, if there is more than one."""
    last = files[0]
    while True:
        yield last
        last = random.choice([file for file in files if file != last] or [last])


def examine(wire: Wire, outcome: Outcome, crowd: Crowd, policies: Iterable[Policy], last: int) -> None:
    """Add the mails that break a limit, those that were written twice, and the slots that leaked."""
    said, told = slot_decisions(wire), outcomes(wire)
    decided = {decision.id: decision for decision in reversed(said)}  # `mail` acts on the first
    mails = [Email.loads(raw.value) for raw in wire.records("emails") if raw.value]
    times = Counter(mail.decision_id for mail in mails)
    outcome.problems["written_twice"] = [id_ for id_, count in times.items() if count > 1]
    compare_outcomes(wire, outcome, set(decided))
    outcome.problems["slots_leaked"] = leaked_slots(wire, said, last)
    by_hash = {policy.version: policy for policy in policies}
    counted: Counter[str] = Counter()
    for person, written in by_person(mails).items():
        heard = [message.at for message in crowd.messages if message.person == person]
        for sent, earlier in sendings(written, decided, told, by_hash, heard):
            broken = broken_limits(sent, earlier, zone_of(person))
            at = from_epoch_ms(sent.at).isoformat()
            outcome.problems["limits_broken"] += [f"{sent.decision.id} {at}: {limit}" for limit in broken]
            counted[fullness(sent, earlier)] += 1
    outcome.dead = len(wire.records("dead-letters"))
    outcome.counts |= {
        "mails": len(mails),
        "slots": len(decided),
        "slots said again": len(said) - len(decided),
    }
    outcome.counts |= {f"mails as {name}": count for name, count in sorted(counted.items())}
    ended = Counter(ending for id_ in decided for ending in told[id_])
    outcome.counts |= {f"slots {ending}": count for ending, count in sorted(ended.items())}


def sendings(
    written: Sequence[Email],
    decided: Mapping[str, SendDecision],
    told: Mapping[str, Mapping[str, int]],
    policies: Mapping[str, Policy],
    heard: Sequence[int],
) -> Iterator[tuple[Sent, list[Sent]]]:
    """Each mail to a person in order, as it was sent, with those before it.

    A mail of which nothing is heard was sent as late as it can have been when it is looked at as one of
    those before, else as early.
    """
    earlier: list[Sent] = []
    for mail in written:
        decision = decided[mail.decision_id]
        outcomes, policy = told[mail.decision_id], policies[decision.policy]
        decided_at = to_epoch_ms(decision.decided_at)
        first = max(to_epoch_ms(mail.written_at), decided_at)
        known = tuple(at for at in heard if at <= decided_at)
        sent = Sent(outcomes.get("sent", first), decision, policy, known)
        yield sent, [*earlier]
        if not outcomes.keys() & NOT_SENT:
            earlier.append(sent._replace(at=outcomes.get("sent", to_epoch_ms(mail.valid_until))))


def slot_decisions(wire: Wire) -> list[SendDecision]:
    """The decisions that hold a slot, those about one person in their order."""
    said = [SendDecision.loads(raw.value) for raw in wire.records("send-decisions") if raw.value]
    return [decision for decision in said if decision.slot is not None]


def outcomes(wire: Wire) -> dict[str, dict[str, int]]:
    """The outcomes of each decision, with the time (epoch ms) that they name."""
    told: dict[str, dict[str, int]] = defaultdict(dict)
    for raw in wire.records("engagements"):
        engagement = Engagement.loads(raw.value or b"")
        told[engagement.decision_id].setdefault(engagement.outcome, to_epoch_ms(engagement.at))
    return told


def by_person(mails: Iterable[Email]) -> dict[str, list[Email]]:
    """The mails of each person, in the order of their slots."""
    found: dict[str, list[Email]] = defaultdict(list)
    for mail in sorted(mails, key=lambda mail: int(mail.decision_id.rpartition(":")[2])):
        found[mail.person].append(mail)
    return found


def fullness(sent: Sent, earlier: Sequence[Sent]) -> str:
    """How many contacts there are in a week with this mail, of how many."""
    count = mails_within(sent, contacts_before(sent, earlier), 7)
    return f"{count} of {sent.policy.caps.last_7_days or 'any'} in 7 days"
