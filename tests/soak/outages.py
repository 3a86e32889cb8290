"""The fleet of `kairos up` under load while Kafka, MongoDB and Redis are stopped and started, one by one."""

import asyncio
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pymongo import MongoClient
from pymongo.database import Database
from redis import Redis
from redis.exceptions import RedisError

from deploy.embedded import Services
from schemas.mail import Email
from tests.integration.processes import HANG_SECONDS
from tests.integration.wire import RUN_PARTITIONS, Wire
from tests.soak.compare import compare, compare_capture
from tests.soak.kills import Plan, settle
from tests.soak.load import InMongo, Load
from tests.soak.outcome import Outcome
from tests.soak.product import Product
from tests.soak.terminal import Up, repeated
from tests.soak.verify import differing
from tests.soak.worker_pool import WorkerPool
from tests.standins.openai import stand_in
from tests.standins.proxy import Proxy
from tests.standins.written_texts import written
from workers.serve.read_model import ReadModel

MOST_REPEATED = 20
LAST_LINES = 100  # of the terminal, that say why a fleet does not work
WAITING_WORKERS = {
    "Kafka": {"capture", "route", "people", "jobs", "mail", "learn", "serve"},
    "MongoDB": {"capture"},
    "Redis": {"serve"},
}
REMAINING = {"route": 1, "people": 1, "jobs": 1, "mail": 1, "serve": 1}
SERVED = {"profile": "enriched-profiles", "decision": "send-decisions", "mail": "emails"}


@dataclass
class Outage:
    """One service stopped: the terminal's lines until the fleet worked again, and the seconds that took."""

    service: str
    lines: list[str]
    recovered_after: float


@dataclass
class OutageResult:
    """The result of a run."""

    outcome: Outcome
    outages: list[Outage] = field(default_factory=list)
    requests: int = 0
    exit_code: int = -1


class Fleet:
    """The running fleet with its product; `controls` has the functions that stop and start each service."""

    def __init__(self, services: Services, proxy: Proxy, wire: Wire, db: Database[dict[str, Any]]) -> None:
        self.wire, self.db = wire, db
        self._redis = Redis.from_url(services.redis_url)
        self.controls: dict[str, tuple[Callable[[], None], Callable[[], None]]] = {
            "Kafka": (lambda: services.stop_one("kafka"), lambda: services.start_one("kafka")),
            "MongoDB": (proxy.cut, proxy.open),
            "Redis": (lambda: services.stop_one("redis"), lambda: services.start_one("redis")),
        }

    def wait_until_working(self, seconds: float = HANG_SECONDS) -> float:
        """Wait until the decision about a new person in MongoDB is in Redis; the seconds it took."""
        began, person = time.monotonic(), f"canary{uuid.uuid4().hex[:8]}"
        self.db.users.insert_one({"_id": person, "email": f"{person}@example.com"})
        model = ReadModel(self._redis, self.wire.settings)
        while not decided(model, person):
            seconds_so_far = time.monotonic() - began
            assert seconds_so_far < seconds, f"a new person is not in Redis after {seconds_so_far:.0f} s"
            time.sleep(0.1)
        return time.monotonic() - began

    def outage(self, service: str, seconds: float, up: Up) -> Outage:
        """Stop a service for so long, start it, and wait until the fleet works again."""
        position = up.position()
        stop, start = self.controls[service]
        stop()
        time.sleep(seconds)
        start()
        seconds_to_recover = self.wait_until_working()
        return Outage(service, up.lines(position), seconds_to_recover)

    def differing_in_redis(self) -> list[str]:
        """The keys whose values in Redis are not those of the topics, as `kind:person`."""
        differing_keys = []
        for kind, topic in SERVED.items():
            expected = self.wire.latest(topic)
            if kind == "mail":
                expected = {key: Email.loads(mail).without_parts().dumps() for key, mail in expected.items()}
            names = [self.wire.settings.name(f"{kind}:{person}") for person in expected]
            values: Any = self._redis.mget(names) if names else []
            actual = {
                person: value for person, value in zip(expected, values, strict=True) if value is not None
            }
            differing_keys += [f"{kind}:{person}" for person in differing(expected, actual)]
        return differing_keys


def decided(model: ReadModel, person: str) -> bool:
    """Whether there is a decision about a person that waits for no source; False while Redis is lost."""
    try:
        decision = model.decision(person)
    except RedisError:
        return False
    return decision is not None and decision.reason != "sources"


def run(
    services: Services, seed: int, seconds: float, folder: Path, *, session: float, per_second: int = 60
) -> OutageResult:
    """All outages, so many seconds each, under load; then all topics are read and compared."""
    with ExitStack() as stack:
        proxy = stack.enter_context(Proxy(int(services.mongo_url.rpartition(":")[2])))
        requests, url = stack.enter_context(model())
        database = f"outages_{uuid.uuid4().hex[:8]}"
        wire = Wire.create(
            services,
            kairos_partitions=RUN_PARTITIONS,
            kairos_session_seconds=session,
            mongo_url=f"mongodb://127.0.0.1:{proxy.port}/?directConnection=true",
            mongo_database=database,
            openai_base_url=url,
            openai_api_key="not-a-key",
        )
        stack.callback(wire.close)
        db = stack.enter_context(MongoClient[dict[str, Any]](services.mongo_url))[database]
        load = Load(InMongo(db), Product(seed, per_second * 3), per_second)
        load.write(per_second * 8)
        result = observe(Fleet(services, proxy, wire, db), load, seed, seconds, folder)
        result.requests = len(requests)
        return result


def observe(fleet: Fleet, load: Load, seed: int, seconds: float, folder: Path) -> OutageResult:
    """As `run`, with the fleet's topics and database."""
    result = OutageResult(Outcome(seed))
    with Up(fleet.wire.settings, folder / "up.log") as up:
        up.until("recovered", "stage=mail")  # the last to be ready, and not needed for a decision
        try:
            fleet.wait_until_working()
            with load:
                for service in fleet.controls:
                    result.outages.append(fleet.outage(service, seconds, up))
            fleet.wait_until_working()
        except AssertionError as hung:
            raise AssertionError("\n".join([str(hung), *up.lines()[-LAST_LINES:]])) from None
        result.outcome.problems["capture_differs"] = compare_capture(fleet.wire, fleet.db)
        result.exit_code = up.stop()
    result.outcome.logs = {"up": "\n".join(up.lines())}
    finish(fleet, result, load.last, folder)
    result.outcome.counts["changes"] = load.changes
    return result


def finish(fleet: Fleet, result: OutageResult, last: int, folder: Path) -> None:
    """Let all workers but capture read the remaining records, and compare."""
    wire, outcome = fleet.wire, result.outcome
    pool = WorkerPool(
        [name for name, count in REMAINING.items() for _ in range(count)], wire.settings, folder
    )
    try:
        settle(wire, pool, last, Plan(outcome.seed, {}, REMAINING))
        pool.watch_until(lambda: not fleet.differing_in_redis())
        outcome.problems["served_differs"] = fleet.differing_in_redis()
        outcome.exit_codes = pool.stop()
        compare(wire, outcome, max(last, wire.inbox_time()), mail=True)
    finally:
        pool.kill_all()


@contextmanager
def model() -> Iterator[tuple[list[dict[str, Any]], str]]:
    """A model that always answers with the same text, on its own event loop; its requests, and its URL."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    context = stand_in(written)
    server = asyncio.run_coroutine_threadsafe(context.__aenter__(), loop).result()
    try:
        yield server.requests, server.url
    finally:
        asyncio.run_coroutine_threadsafe(context.__aexit__(None, None, None), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


def check(result: OutageResult) -> None:
    """There are no problems; the terminal names the lost service, repeats few lines, and has no traceback."""
    assert result.outcome.wrong() == {}
    assert result.outcome.exit_codes == [0] * len(REMAINING)
    assert result.exit_code == 0
    assert result.requests > 0
    for outage in result.outages:
        # a worker that cannot wait ends at once, and logs the second text after its restart
        texts = f"waiting for {outage.service} ", f"no {outage.service} broker answers"
        waiting = [line for line in outage.lines if any(text in line for text in texts)]
        assert {
            name
            for name in WAITING_WORKERS[outage.service]
            if any(f"worker={name}" in line for line in waiting)
        } == WAITING_WORKERS[outage.service]
        assert not [line for line in outage.lines if "Traceback" in line]
        line, count = repeated(outage.lines)
        assert count <= MOST_REPEATED, f"{count} times: {line}"
