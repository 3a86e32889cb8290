"""The kill test: workers die under load, and afterwards everything is as if none had."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from schemas.decision import SendDecision
from schemas.mail import Email
from tests.integration.wire import TOPICS, Addressed, Wire
from tests.soak.herd import Herd
from tests.soak.load import Load
from tests.soak.product import Product
from tests.soak.verify import differing, flow_profiles, mails, timeless
from workers.people.policy import load_policy
from workers.people.stage import stage
from workers.runtime.replay import Replay
from workers.wire.headers import is_watermark

SESSION_SECONDS = 3
PATIENCE_SECONDS = 60.0
LATER_MS = 120_000  # after the load has ended, so that no profile is younger
READS = {"route": (*TOPICS, "engagements", "addresses"), "people": ("inbox",), "mail": ("send-decisions",)}

WRONG = (
    "profiles_differ", "flow_differs", "waits_differ", "lost", "extra", "contradictory", "unwritten",
    "written_twice",
)  # fmt: skip


@dataclass(frozen=True)
class Plan:
    """A run: `kills` of each of `killed`, a few tenths to `longest` seconds after one another.

    `backlog` changes wait already when the workers start, so that the first kills meet large rounds.
    """

    seed: int
    kills: int
    longest: float = 5.0
    people: int = 300
    per_second: int = 150
    mail: bool = True
    killed: tuple[str, ...] = ("route", "people")
    backlog: int = 0


@dataclass
class Outcome:
    """What came of a run; every list should be empty."""

    plan: Plan
    kills: dict[str, int] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    deaths: list[tuple[str, int]] = field(default_factory=list)
    exit_codes: list[int] = field(default_factory=list)
    log: str = ""
    profiles_differ: list[str] = field(default_factory=list)
    flow_differs: list[str] = field(default_factory=list)
    waits_differ: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    extra: list[str] = field(default_factory=list)
    contradictory: list[str] = field(default_factory=list)
    unwritten: list[str] = field(default_factory=list)
    written_twice: list[str] = field(default_factory=list)
    dead: int = 0

    def lists(self) -> dict[str, list[str]]:
        """Everything that should be empty, by name."""
        return {name: getattr(self, name) for name in WRONG}

    def wrong(self) -> dict[str, list[str]]:
        """What should not be, by name."""
        return {name: found for name, found in self.lists().items() if found}


def run(services: Addressed, plan: Plan, folder: Path) -> Outcome:
    """Run the fleet under load and kills, wait until everything is read, compare."""
    wire = Wire.create(services, kairos_session_seconds=SESSION_SECONDS)
    outcome = Outcome(plan)
    load = Load(wire, Product(plan.seed, plan.people), plan.per_second)
    load.turn(plan.backlog)
    others = {"mail"} - set(plan.killed) if plan.mail else set()
    herd = Herd([*plan.killed, *plan.killed, *others], wire.settings, folder)
    try:
        with load:
            herd.watch(4.0)
            herd.kill_some(plan.killed, plan.kills, Random(plan.seed), plan.longest)
        settle(wire, herd, load.last, plan)
        outcome.kills, outcome.deaths = herd.kills, herd.deaths
        outcome.exit_codes = herd.stop()
        compare(wire, outcome, load.last)
    finally:
        herd.kill_all()
        outcome.log = herd.said()
        wire.close()
    return outcome


def settle(wire: Wire, herd: Herd, last: int, plan: Plan) -> None:
    """Wait until the last watermark has reached every inbox and nobody has anything left to read."""
    groups = {name: topics for name, topics in READS.items() if plan.mail or name != "mail"}
    quiet = 0
    for _ in range(int(PATIENCE_SECONDS)):
        herd.watch(1.0)
        quiet = quiet + 1 if wire.lag(groups) == 0 and wire.inbox_time() >= last else 0
        if quiet == 2:
            return
    raise AssertionError(f"not everything was read within {PATIENCE_SECONDS:.0f} s; lag {wire.lag(groups)}")


def compare(wire: Wire, outcome: Outcome, last: int) -> None:
    """Fill in what differs from a replay of the recorded inbox, and of the whole flow up to `last`."""
    inbox = wire.records("inbox", watermarks=True)
    replay = Replay(stage(load_policy(wire.settings.kairos_policy)))
    written = replay.feed(inbox)
    profiles = {(one.key or b"").decode(): one.value for one in written if one.topic == "enriched-profiles"}
    expected = {key: value for key, value in profiles.items() if value is not None}
    actual = wire.latest("enriched-profiles")
    outcome.profiles_differ = differing(expected, actual)
    later = last + LATER_MS
    outcome.flow_differs = differing(timeless(flow_profiles(wire, last), later), timeless(actual, later))
    decided = [one.value for one in written if one.topic == "send-decisions"]
    compare_decisions(wire, outcome, [SendDecision.loads(one) for one in decided if one is not None])
    outcome.dead = len(wire.records("dead-letters"))
    facts = [raw for raw in inbox if not is_watermark(raw.headers)]
    outcome.counts |= {
        "documents": len(wire.sent),
        "facts": len(facts),
        "facts repeated": len(facts) - len({(raw.key, dict(raw.headers)["ce_id"]) for raw in facts}),
        "watermarks": len(inbox) - len(facts),
        "profiles": len(actual),
        "profile records": len(wire.records("enriched-profiles")),
    }


def compare_decisions(wire: Wire, outcome: Outcome, decided: list[SendDecision]) -> None:
    """Every send or ask of the replay is there with one content, no other is, and each has one mail."""
    found = [SendDecision.loads(raw.value) for raw in wire.records("send-decisions") if raw.value]
    contents: dict[str, set[bytes]] = defaultdict(set)
    for one in found:
        if one.slot is not None:
            contents[one.id].add(one.dumps())
    expected = {one.id: one.dumps() for one in decided if one.slot is not None}
    outcome.lost = sorted(expected.keys() - contents.keys())
    outcome.extra = sorted(contents.keys() - expected.keys())
    outcome.contradictory = sorted(
        id_ for id_, bodies in contents.items() if id_ in expected and bodies != {expected[id_]}
    )
    outcome.waits_differ = differing(
        {one.person: one.dumps() for one in decided}, {one.person: one.dumps() for one in found}
    )
    times = Counter(one.id for one in found if one.slot is not None)
    outcome.counts |= {
        "decisions": len(expected),
        "decisions repeated": sum(count - 1 for count in times.values()),
    }
    if outcome.plan.mail:
        compare_mails(wire, outcome, set(contents))


def compare_mails(wire: Wire, outcome: Outcome, decided: set[str]) -> None:
    """Each decision has one mail id; a repetition of its record has the same id."""
    by_decision: dict[str, set[str]] = defaultdict(set)
    found: list[Email] = mails(wire)
    for mail in found:
        by_decision[mail.decision_id].add(mail.id)
    outcome.unwritten = sorted(decided - by_decision.keys())
    outcome.written_twice = sorted(
        id_ for id_, ids in by_decision.items() if len(ids) > 1 or id_ not in decided
    )
    outcome.counts |= {"mails": len(by_decision), "mails repeated": len(found) - len(by_decision)}
