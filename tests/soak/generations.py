"""Workers of `mail` that are killed in the middle of generations: each decision has one mail, one outcome."""

from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from random import Random

from schemas.decision import SendDecision
from schemas.documents import Job
from schemas.model import from_epoch_ms
from tests.integration.processes import HANG_SECONDS, until
from tests.integration.wire import RUN_PARTITIONS, Addressed, Wire
from tests.integration.workers import WorkerProcess
from tests.soak.compare import compare_mails, compare_outcomes
from tests.soak.faults import KILL, Fault
from tests.soak.kills import SESSION_SECONDS
from tests.soak.outcome import Outcome
from tests.soak.slow_model import SlowModel
from workers.runtime.process.clock import now_ms

DAY_MS = 86_400_000
WORKERS = 2
MOST_TRIES = 3  # for each kill in the middle of a generation
SOON_SECONDS = 1.0  # in which a worker that has begun to read asks for a text
CAMPAIGNS = (("job-digest", "send"), ("event-invite", "send"), ("details-request", "ask"))


@dataclass(frozen=True)
class GenerationPlan:
    """`kills` while the killed worker waits for a model; `mails` decisions for each of them."""

    seed: int
    kills: int
    mails: int = 8
    longest: float = 1.5
    faulty: int = 20


class Writers:
    """Two workers of `mail`, each with a key by which the model knows it; one is a static member."""

    def __init__(self, wire: Wire, folder: Path) -> None:
        self._wire, self._folder = wire, folder
        self.running = [self._start(index) for index in range(WORKERS)]

    def key(self, index: int) -> str:
        """The API key of a worker."""
        return f"key-{index}"

    def kill(self, index: int) -> None:
        """Kill a worker, and start it again."""
        self.running[index].kill()
        self.running[index] = self._start(index)

    def stop(self) -> list[int]:
        """Stop both; their exit codes."""
        return [worker.stop()[0] for worker in self.running]

    def end(self) -> None:
        """Kill what still runs."""
        for worker in self.running:
            if worker.process.poll() is None:
                worker.kill()

    def _start(self, index: int) -> WorkerProcess:
        environment = {"OPENAI_API_KEY": self.key(index)} | (
            {"KAIROS_INSTANCE": "mail-0"} if not index else {}
        )
        return WorkerProcess(
            "mail", self._wire.settings, self._folder / f"mail-{index}.log", environment=environment
        )


def run(services: Addressed, plan: GenerationPlan, folder: Path) -> Outcome:
    """Write decisions, kill writers while a model answers them, wait for all outcomes, compare."""
    outcome, random = Outcome(plan.seed), Random(plan.seed)
    model = SlowModel(plan.seed, plan.longest, plan.faulty)
    with ExitStack() as stack:
        url = stack.enter_context(model.serve())
        wire = Wire.create(
            services,
            kairos_partitions=RUN_PARTITIONS,
            kairos_session_seconds=SESSION_SECONDS,
            openai_api_key="of each worker",
            openai_base_url=url,
            email_generation_cache_ttl=1,  # so that texts are asked for again and again
            email_generation_rate_limit=100_000,
            email_generation_token_limit=1_000_000_000,
        )
        stack.callback(wire.close)
        write_jobs(wire)
        writers = Writers(wire, folder)
        stack.callback(writers.end)
        decisions: set[str] = set()
        for _ in range(MOST_TRIES * plan.kills):
            if outcome.hits.total() == plan.kills:
                break
            index = random.randrange(WORKERS)
            while not model.is_asked(writers.key(index), SOON_SECONDS):  # the other may have taken them all
                decisions |= write_decisions(wire, plan.mails, len(decisions))
            cut = model.cut
            writers.kill(index)
            if model.has_cut(cut, SOON_SECONDS):  # else the answer had just come
                outcome.hits[Fault("mail", KILL)] += 1
        until(lambda: len(wire.records("engagements")) >= len(decisions), 2 * HANG_SECONDS)
        until(lambda: wire.lag({"mail": ["send-decisions"]}) == 0)
        outcome.exit_codes = writers.stop()
        compare_mails(wire, outcome, decisions)
        compare_outcomes(wire, outcome, decisions)
        outcome.dead = len(wire.records("dead-letters"))
        outcome.counts |= {"decisions": len(decisions), "calls": model.asked, "calls cut off": model.cut}
    return outcome


def write_jobs(wire: Wire) -> None:
    """Ten open jobs in each language: a digest is of those that its reader can read."""
    now = now_ms()
    for number in range(20):
        title = (f"Sous Chef {number}", f"寿司職人 {number}")[number % 2]
        fields = {"title": title, "company": f"Table {number}", "location": "Tokyo"}
        fields["language"] = ("en", "ja")[number % 2]
        job = Job(id=f"j{number}", posted_at=from_epoch_ms(now - number * DAY_MS), **fields)
        wire.put("jobs", f"j{number}", job, now)


def write_decisions(wire: Wire, count: int, first: int) -> set[str]:
    """So many decisions, each for another person, of all campaigns and both languages; their ids."""
    now, ids = now_ms(), set()
    for number in range(first, first + count):
        campaign, verdict = CAMPAIGNS[number % len(CAMPAIGNS)]
        brief = {"first_name": "Ann", "language": ("en", "ja")[number % 2], "question": "Which dishes?"}
        decision = SendDecision.model_validate(
            SendDecision.EXAMPLES[0]
            | {"id": f"u{number}:1", "person": f"u{number}", "campaign": campaign, "verdict": verdict}
            | {"decided_at": now, "valid_until": now + DAY_MS, "brief": brief}
        )
        wire.send("send-decisions", decision.person.encode(), decision.dumps(), [], now)
        ids.add(decision.id)
    wire.producer.flush()
    return ids
