"""A product with two years of data, read for the first time: first only observed, then live under a ramp."""

import uuid
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

from pymongo import MongoClient
from pymongo.database import Database

from schemas.decision import SendDecision
from schemas.mail import Email
from schemas.model import RawDocument
from tests.integration.wire import TOPICS, Addressed, Lags, Wire
from tests.soak.faults import KILL, SCANNED, TOPIC_ORDER, Fault
from tests.soak.kills import HOPS, READS, SESSION_SECONDS, Plan, settle
from tests.soak.old_product import OldProduct
from tests.soak.outages import model
from tests.soak.worker_pool import WorkerPool
from workers.runtime.process.clock import now_ms
from workers.runtime.process.settings import Settings

WORKERS = {"capture": 1, "route": 1, "people": 2, "mail": 1}
RAMPED_HOPS = HOPS + 3  # the question to the ramp, its answer, and the decision after that
READ_SECONDS = 3_000.0  # for which the first reading may take


@dataclass(frozen=True)
class FirstReading:
    """So many people; capture reads `topics` in this order, and is killed when these shares were read.

    Without shares it is killed once, when it has read the first collection. `limits` are the ramp's.
    """

    seed: int
    people: int
    topics: Sequence[str]
    limits: tuple[int, ...]
    shares: Sequence[float] = ()


@dataclass
class Report:
    """What the fleet said while it only observed, and all that it said; the model's requests at both ends."""

    product: OldProduct
    observed: list[SendDecision] = field(default_factory=list)
    decisions: list[SendDecision] = field(default_factory=list)
    observed_mails: int = 0
    previews: list[Email] = field(default_factory=list)
    mails: list[Email] = field(default_factory=list)
    observed_requests: int = 0
    requests: int = 0
    kills: int = 0
    exit_codes: list[int] = field(default_factory=list)
    deaths: list[tuple[str, int]] = field(default_factory=list)
    seconds: dict[str, float] = field(default_factory=dict)
    dead: int = 0


def run(services: Addressed, plan: FirstReading, folder: Path) -> Report:
    """Fill the database, let the fleet observe while capture is killed, then start it again, live."""
    product, database = OldProduct(plan.seed, plan.people, now_ms()), f"years_{uuid.uuid4().hex[:8]}"
    with ExitStack() as stack:
        requests, url = stack.enter_context(model())
        wire = Wire.create(
            services,
            kairos_session_seconds=SESSION_SECONDS,
            kairos_sending="observe",
            kairos_daily_limits=",".join(map(str, plan.limits)),
            mongo_database=database,
            openai_base_url=url,
            openai_api_key="not-a-key",
        )
        stack.callback(wire.close)
        db = stack.enter_context(MongoClient[RawDocument](wire.settings.mongo_url))[database]
        report, began = Report(product), now_ms()
        product.fill(db)
        report.seconds["filled"] = (now_ms() - began) / 1000
        observe(wire, plan, report, folder)
        report.observed_requests = len(requests)
        go_live(wire, db, plan, report, folder)
        report.requests = len(requests)
        return report


def observe(wire: Wire, plan: FirstReading, report: Report, folder: Path) -> None:
    """The first reading, with capture killed midway, until everybody was decided about."""
    began, random = now_ms(), Random(plan.seed)
    pool = started(wire.settings, plan, folder)
    groups = {name: READS[name] for name in ("route", "people", "mail")}
    try:
        with closing(Lags(wire.settings, groups)) as lags:
            for fault, documents in faults(plan, report.product):
                pool.watch_until(partial(is_written, wire, lags, documents), READ_SECONDS)
                pool.inject([fault], random, 0.3)
            assert pool.watch_until(lambda: is_all_decided(wire, lags, began), READ_SECONDS)
        report.exit_codes += pool.stop()
    finally:
        pool.kill_all()
        report.kills, report.deaths = pool.hits.total(), pool.deaths
    report.seconds["observed"] = (now_ms() - began) / 1000
    report.observed = decisions(wire)
    report.observed_mails = len(wire.records("emails")) + len(wire.records("engagements"))
    report.previews = [Email.loads(raw.value) for raw in wire.records("email-previews") if raw.value]


def go_live(wire: Wire, db: Database[RawDocument], plan: FirstReading, report: Report, folder: Path) -> None:
    """The same fleet again, live; everybody's document changes, so that everybody is decided about anew."""
    began = now_ms()
    pool = started(wire.settings.model_copy(update={"kairos_sending": "live"}), plan, folder)
    try:
        db.users.update_many({}, {"$set": {"home_neighborhood": "Harbour"}})
        settle(wire, pool, now_ms(), Plan(plan.seed, {}, WORKERS), RAMPED_HOPS)
        report.exit_codes += pool.stop()
    finally:
        pool.kill_all()
        report.deaths += pool.deaths
    report.seconds["live"] = (now_ms() - began) / 1000
    report.decisions = decisions(wire)
    report.mails = [Email.loads(raw.value) for raw in wire.records("emails") if raw.value]
    report.dead = len(wire.records("dead-letters"))


def started(settings: Settings, plan: FirstReading, folder: Path) -> WorkerPool:
    """The fleet; capture reads the collections in the order of the plan."""

    def environment(name: str) -> Mapping[str, str]:
        return {TOPIC_ORDER: " ".join(plan.topics)} if name == "capture" else {}

    names = [name for name, count in WORKERS.items() for _ in range(count)]
    return WorkerPool(names, settings, folder, environment=environment)


def faults(plan: FirstReading, product: OldProduct) -> Iterator[tuple[Fault, int]]:
    """Each kill of capture, and how many documents are to be written before."""
    if not plan.shares:
        yield Fault("capture", KILL, SCANNED), 0
    for share in plan.shares:
        yield Fault("capture", KILL), int(share * product.documents)


def is_written(wire: Wire, lags: Lags, documents: int) -> bool:
    """Whether so many records are in the document topics."""
    names = {wire.settings.name(topic) for topic in TOPICS}
    ends = lags.ends().items()
    return sum([end for partition, end in ends if partition.topic in names]) >= documents


def is_all_decided(wire: Wire, lags: Lags, filled_at: int) -> bool:
    """Whether everything was read, up to a time after the database was filled, and no decision is due."""
    return lags.lag(lags.ends()) == 0 and wire.inbox_time() >= filled_at


def decisions(wire: Wire) -> list[SendDecision]:
    """All decisions, those about one person in their order."""
    return [SendDecision.loads(raw.value) for raw in wire.records("send-decisions") if raw.value]


def check(report: Report, plan: FirstReading) -> None:
    """Nobody was written to while it was observed; live few on the first day, none within the cooldown."""
    assert (report.observed_mails, report.observed_requests) == (0, 0)
    check_observed(report)
    chosen = [said for said in report.decisions if said.slot is not None]
    days = Counter(said.decided_at.date() for said in chosen)
    people = {said.person for said in chosen}
    assert len(people) == len(chosen)
    assert people <= report.product.writable
    assert not people & report.product.recent
    assert days[min(days)] <= plan.limits[0]
    assert len(people) >= plan.limits[0]
    waiting = {said.person for said in last_ones(report.decisions).values() if said.reason == "ramp"}
    assert people | waiting == report.product.writable
    assert {mail.decision_id for mail in report.mails} == {said.id for said in chosen}
    assert not [mail.making for mail in report.mails if mail.writer != "gpt" and not came_late(mail)]
    assert report.requests > 0  # texts are shared, so that there are fewer than mails
    assert report.dead == 0
    assert report.exit_codes == [0] * len(report.exit_codes)


def came_late(mail: Email) -> bool:
    """Whether the bank took over since the machine was too busy to hear the model in time."""
    return mail.making is not None and (mail.making.reason or "").startswith("late")


def check_observed(report: Report) -> None:
    """Everybody had to wait for the sources; then each got the decision that their documents ask for."""
    product, last = report.product, last_ones(report.observed)
    assert not [said for said in report.observed if said.slot is not None]
    for said in report.observed:
        assert (said.verdict, said.reason) == ("wait", "sources") or said is last[said.person]
    assert {id_ for id_, said in last.items() if said.observed} == product.writable
    assert {preview.person for preview in report.previews} == product.writable
    assert {preview.writer for preview in report.previews} == {"template"}
    assert {id_ for id_, said in last.items() if said.reason == "cooldown"} == product.recent
    assert len(last) == product.people
    assert not [said for said in last.values() if said.reason == "sources"]


def last_ones(said: Sequence[SendDecision]) -> dict[str, SendDecision]:
    """The last decision about each person."""
    return {decision.person: decision for decision in said}


def show(report: Report, plan: FirstReading, test: str) -> None:
    """Print the figures of a run."""
    chosen = [said for said in report.decisions if said.slot is not None]
    figures: dict[str, Any] = {
        "people": plan.people,
        "documents": report.product.documents,
        "order": " ".join(plan.topics),
        "kills of capture": report.kills,
        "seconds": {name: round(seconds) for name, seconds in report.seconds.items()},
        "within the cooldown": len(report.product.recent),
        "observed to be written to": len([said for said in report.observed if said.observed]),
        "mails while observed": report.observed_mails,
        "requests while observed": report.observed_requests,
        "chosen": len(chosen),
        "by day": dict(Counter(str(said.decided_at.date()) for said in chosen)),
        "mails": len(report.mails),
        "requests": report.requests,
    }
    print(f"\n{test}, seed {plan.seed}")
    for name, value in figures.items():
        print(f"  {name}: {value}")
