"""Fresh facts while many timers are due: cooldowns of 100,000 people that end within one minute."""

import time
from collections.abc import Iterator
from contextlib import closing
from typing import Any

from kafka import KafkaProducer

from deploy.embedded import Services
from schemas.control import Watermark
from schemas.facts import FACT
from tests.bench.arrivals import Arrivals
from tests.bench.load import Loaded, load
from tests.bench.measure import Row, latest, settings_of
from tests.bench.metered import Metered, metered
from topics.plan import Cluster, apply
from workers.people.policy import load_policy
from workers.runtime.kafka.headers import WATERMARK_KEY, watermark_headers
from workers.runtime.process.clock import now_ms
from workers.runtime.process.settings import Settings

MINUTE_MS, DAY_MS = 60_000, 86_400_000
FRESH_A_SECOND, MARKS_A_SECOND = 20, 1
PATIENT_SECONDS = 600
BEFORE_MS = 2 * 3_600_000  # how long ago the minute is: watermarks are not ahead of the clock


class FreshFacts:
    """Facts of new people, and when each was sent and had a profile, in seconds."""

    def __init__(self) -> None:
        self.sent: dict[bytes, float] = {}
        self.seen: dict[bytes, float] = {}

    def note(self, _topic: str, record: Any, at: float) -> None:
        """Note a profile."""
        if record.key in self.sent:
            self.seen.setdefault(record.key, at)


def run(services: Services, quick: bool) -> list[Row]:
    """Let the people wait for the end of their cooldowns, then let the minute pass while others come."""
    people = 5_000 if quick else 100_000
    settings = settings_of(services.environment() | {"KAIROS_STALE_SECONDS": "1000000"}, "bench-timers-")
    apply(Cluster(settings.brokers, settings.kairos_prefix, settings.kairos_partitions, 1))
    begin = now_ms() - BEFORE_MS
    contact = begin - load_policy(settings.kairos_policy).cooldown_days * DAY_MS
    partitions = range(settings.kairos_partitions)
    load(settings, (each for number in range(people) for each in waiting(number, people, contact)))
    load(settings, (mark(begin - MINUTE_MS, partition) for partition in partitions))
    with metered(settings, "people") as process:
        process.wait(lambda: len(latest(settings, "send-decisions")) == people, PATIENT_SECONDS)
        fresh = FreshFacts()
        with closing(Arrivals(settings, ["enriched-profiles"], fresh.note, only_new=True)):
            cpu, lasted = process.cpu(), pass_minute(settings, begin, fresh)
            caught_up(settings, process, people)
        used = process.cpu() - cpu
    waits = sorted(fresh.seen[key] - at for key, at in fresh.sent.items())
    how = f"{people:,} cooldowns end in {lasted:.0f} s, {FRESH_A_SECOND} new people a second beside them"
    return [
        (
            "a fresh fact to its profile, while timers are due",
            f"p50 {waits[len(waits) // 2] * 1e3:.0f} ms, p99 {waits[len(waits) * 99 // 100] * 1e3:.0f} ms, "
            f"at most {waits[-1] * 1e3:.0f} ms",
            how,
        ),
        ("a timer, CPU of people", f"{used / people * 1e6:.0f} µs", "with the decision and the profile"),
    ]


def waiting(number: int, people: int, contact: int) -> Iterator[Loaded]:
    """A person who is known well enough, and got a message: the cooldowns end evenly over the minute."""
    person, at = f"user-{number:06d}", contact + MINUTE_MS * number // people
    yield fact(person, "user", user(person), at - DAY_MS)
    sent = {"id": str(number), "user_id": person, "status": "sent", "sent_date": at}
    yield fact(person, "message", sent, at)


def user(person: str) -> dict[str, Any]:
    """A user document of which enough is known."""
    known = {"interests": ["art"], "cuisine_preference": ["Thai"], "age": 30, "occupation": "cook"}
    return {"id": person, "email": f"{person}@example.com"} | known


def fact(person: str, kind: str, value: dict[str, Any], at: int) -> Loaded:
    """A fact for the inbox."""
    body = {"kind": kind, "id": f"{kind}s/{value['id']}", "version": [1, 1], "at": at, "value": value}
    return Loaded("inbox", person.encode(), FACT.dump_json(FACT.validate_python(body)))


def mark(at: int, partition: int) -> Loaded:
    """A watermark of one partition."""
    headers = tuple(watermark_headers("/bench", at))
    return Loaded("inbox", WATERMARK_KEY, Watermark(at=at, wall=now_ms()).dumps(), headers, partition)


def pass_minute(settings: Settings, begin: int, fresh: FreshFacts) -> float:
    """Send watermarks and fresh facts for a minute; seconds that it took."""
    producer = KafkaProducer(bootstrap_servers=settings.brokers, acks=1)
    began, ticks = time.perf_counter(), MINUTE_MS // 1000 * FRESH_A_SECOND
    for tick in range(ticks + 1):
        time.sleep(max(0.0, began + tick / FRESH_A_SECOND - time.perf_counter()))
        at = begin + tick * 1000 // FRESH_A_SECOND
        if tick % (FRESH_A_SECOND // MARKS_A_SECOND) == 0:
            for partition in range(settings.kairos_partitions):
                send(producer, settings, mark(at, partition))
        person = f"fresh-{tick:06d}"
        fresh.sent[person.encode()] = time.perf_counter()
        send(producer, settings, fact(person, "user", user(person), at))
    producer.flush()
    producer.close()
    return time.perf_counter() - began


def send(producer: KafkaProducer, settings: Settings, record: Loaded) -> None:
    """Send one record now."""
    producer.send(
        settings.name(record.topic),
        record.value,
        record.key,
        partition=record.partition,
        headers=list(record.headers),
    )


def caught_up(settings: Settings, process: Metered, people: int) -> None:
    """Wait until everybody who waited is written to; raises RuntimeError."""

    def sends() -> int:
        return sum(b'"verdict":"send"' in value for value in latest(settings, "send-decisions").values())

    process.wait(lambda: sends() >= people, PATIENT_SECONDS)
