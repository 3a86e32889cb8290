"""The fleet of `kairos up` under load while Kafka, MongoDB and Redis go away and come back, one by one."""

import asyncio
import json
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
from tests.integration.wire import Wire
from tests.soak.compare import compare, compare_capture
from tests.soak.herd import Herd
from tests.soak.kills import Plan, settle
from tests.soak.load import InMongo, Load
from tests.soak.outcome import Outcome
from tests.soak.product import Product
from tests.soak.terminal import Up, repeated
from tests.soak.verify import differing
from tests.standins.openai import completed, stand_in
from tests.standins.proxy import Proxy
from workers.serve.read_model import ReadModel

TEXT = "It was good to have you. またね"  # passes as English and as Japanese
MAIL = json.dumps({"subject": "Again?", "body": [TEXT], "closing": "See you またね"})
PATIENCE_SECONDS = 120.0
FLOOD = 20
WAITS = {
    "Kafka": {"capture", "route", "people", "mail", "serve"},
    "MongoDB": {"capture"},
    "Redis": {"serve"},
}
LEFT = {"route": 1, "people": 1, "mail": 1, "serve": 1}
SERVED = {"profile": "enriched-profiles", "decision": "send-decisions", "mail": "emails"}


@dataclass
class Outage:
    """One service away: what the terminal showed meanwhile and until the fleet worked again, in seconds."""

    service: str
    lines: list[str]
    recovered_after: float


@dataclass
class FieldsView:
    """What came of a run."""

    outcome: Outcome
    outages: list[Outage] = field(default_factory=list)
    asked: int = 0
    exit_code: int = -1


class Fleet:
    """The running fleet with its product; `away` holds how each service is taken away and brought back."""

    def __init__(self, services: Services, proxy: Proxy, wire: Wire, db: Database[dict[str, Any]]) -> None:
        self.wire, self.db = wire, db
        self._redis = Redis.from_url(services.redis_url)
        self.away: dict[str, tuple[Callable[[], None], Callable[[], None]]] = {
            "Kafka": (lambda: services.stop_one("kafka"), lambda: services.start_one("kafka")),
            "MongoDB": (proxy.cut, proxy.open),
            "Redis": (lambda: services.stop_one("redis"), lambda: services.start_one("redis")),
        }

    def works(self, seconds: float = PATIENCE_SECONDS) -> float:
        """Wait until a new person has gone all the way from MongoDB to Redis; seconds it took."""
        began, person = time.monotonic(), f"canary{uuid.uuid4().hex[:8]}"
        self.db.users.insert_one({"_id": person, "email": f"{person}@example.com"})
        model = ReadModel(self._redis, self.wire.settings)
        while not decided(model, person):
            took = time.monotonic() - began
            assert took < seconds, f"a new person is not in Redis after {took:.0f} s"
            time.sleep(0.1)
        return time.monotonic() - began

    def outage(self, service: str, seconds: float, up: Up) -> Outage:
        """Take a service away for so long, and wait until everything works again."""
        before = up.position()
        take, bring = self.away[service]
        take()
        time.sleep(seconds)
        bring()
        took = self.works()
        return Outage(service, up.lines(before), took)

    def served(self) -> list[str]:
        """What Redis does not hold as the topics do, as `kind:person`."""
        found = []
        for kind, topic in SERVED.items():
            said = self.wire.latest(topic)
            names = [self.wire.settings.name(f"{kind}:{person}") for person in said]
            held: Any = self._redis.mget(names) if names else []
            kept = {person: value for person, value in zip(said, held, strict=True) if value is not None}
            found += [f"{kind}:{person}" for person in differing(said, kept)]
        return found


def decided(model: ReadModel, person: str) -> bool:
    """Whether it is decided about a person on all that the sources hold; a lost Redis is no answer."""
    try:
        found = model.decision(person)
    except RedisError:
        return False
    return found is not None and found.reason != "sources"


def run(services: Services, seed: int, seconds: float, folder: Path, session: float) -> FieldsView:
    """All outages, so many seconds each, under load; then everything is read and compared."""
    with ExitStack() as stack:
        proxy = stack.enter_context(Proxy(int(services.mongo_url.rpartition(":")[2])))
        asked, url = stack.enter_context(model())
        database = f"outages_{uuid.uuid4().hex[:8]}"
        wire = Wire.create(
            services,
            kairos_session_seconds=session,
            mongo_url=f"mongodb://127.0.0.1:{proxy.port}/?directConnection=true",
            mongo_database=database,
            openai_base_url=url,
            openai_api_key="not-a-key",
        )
        stack.callback(wire.close)
        db = stack.enter_context(MongoClient[dict[str, Any]](services.mongo_url))[database]
        seen = observe(Fleet(services, proxy, wire, db), seed, seconds, folder)
        seen.asked = len(asked)
        return seen


def observe(fleet: Fleet, seed: int, seconds: float, folder: Path) -> FieldsView:
    """As `run`, with the fleet's topics and database."""
    seen = FieldsView(Outcome(seed))
    load = Load(InMongo(fleet.db), Product(seed, 200), 60)
    load.turn(500)
    with Up(fleet.wire.settings, folder / "up.log") as up:
        up.until("recovered", "stage=mail")  # the last to be ready, and not needed for a decision
        fleet.works()
        with load:
            for service in fleet.away:
                seen.outages.append(fleet.outage(service, seconds, up))
        fleet.works()
        seen.outcome.found["capture_differs"] = compare_capture(fleet.wire, fleet.db)
        seen.exit_code = up.stop()
    seen.outcome.logs = {"up": "\n".join(up.lines())}
    finish(fleet, seen, load.last, folder)
    seen.outcome.counts["changes"] = load.changes
    return seen


def finish(fleet: Fleet, seen: FieldsView, last: int, folder: Path) -> None:
    """Let all but capture read what is left, and compare."""
    wire, outcome = fleet.wire, seen.outcome
    herd = Herd([name for name, count in LEFT.items() for _ in range(count)], wire.settings, folder)
    try:
        settle(wire, herd, last, Plan(outcome.seed, {}, LEFT))
        herd.watch_until(lambda: not fleet.served(), 30.0)
        outcome.found["served_differs"] = fleet.served()
        outcome.exit_codes = herd.stop()
        compare(wire, outcome, max(last, wire.inbox_time()), mail=True)
    finally:
        herd.kill_all()


@contextmanager
def model() -> Iterator[tuple[list[dict[str, Any]], str]]:
    """A model that always gives the same text, on a loop of its own; what it was asked, and its URL."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    context = stand_in(completed(MAIL))
    server = asyncio.run_coroutine_threadsafe(context.__aenter__(), loop).result()
    try:
        yield server.requests, server.url
    finally:
        asyncio.run_coroutine_threadsafe(context.__aexit__(None, None, None), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


def check(seen: FieldsView) -> None:
    """Nothing is wrong, and the terminal names what is away, without a flood or a traceback."""
    assert seen.outcome.wrong() == {}
    assert seen.outcome.exit_codes == [0] * len(LEFT)
    assert seen.exit_code == 0
    assert seen.asked > 0
    for outage in seen.outages:
        # who had nothing to wait with leaves at once, and says the second thing when it is started again
        says = f"waiting for {outage.service} ", f"no {outage.service} broker answers"
        waiting = [line for line in outage.lines if any(text in line for text in says)]
        assert {
            name for name in WAITS[outage.service] if any(f"worker={name}" in line for line in waiting)
        } == (WAITS[outage.service])
        assert not [line for line in outage.lines if "Traceback" in line]
        line, count = repeated(outage.lines)
        assert count <= FLOOD, f"{count} times: {line}"
