"""Facts per CPU-second through `people`: the worker on Kafka, and the same stage in memory."""

import gc
import random
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import median
from tempfile import NamedTemporaryFile

from deploy.embedded import Services
from schemas.control import Watermark
from schemas.facts import FACT
from tests.bench.in_memory import BATCH, PARTITIONS, check_states, loaded, replay
from tests.bench.load import load
from tests.bench.measure import Figures, Row, settings_of
from tests.bench.metered import metered
from topics.plan import Cluster, apply
from workers.people.policy import Policy, load_policy
from workers.people.stage import stage
from workers.runtime.kafka.headers import WATERMARK_KEY, watermark_headers
from workers.runtime.kafka.records import ConsumerRecord, partition_of
from workers.runtime.process.garbage import THRESHOLDS

TURNS = 3
DAY_MS, BASE_MS = 86_400_000, 1_760_000_000_000
CHANGELOG = "people-people-changelog"
IDS = {
    "user": "users/{person}",
    "order": "orders/{number}",
    "attendance": "events/{number}/{person}@example.com",
    "message": "messages/{number}",
    "job-view": "job-views/{number}",
}
STRICT = """
[quiet_hours]
start = "22:00"
end = "08:00"
[caps]
day = 1
last_24_hours = 1
last_7_days = 2
last_30_days = 5
[fatigue]
ignored = 4
[[campaigns]]
name = "event-invite"
eligible = { field = "number_of_events_attended", at_least = 1 }
priority = 20
cooldown_days = 10
cap_30_days = 2
[[campaigns]]
name = "job-digest"
priority = 10
cap_30_days = 3
[[campaigns]]
name = "details-request"
verdict = "ask"
"""
HOSTS = tuple(f"Chef {name}" for name in ("Mario", "Ploy", "Aiko", "Jun", "Nina", "Omar"))


def run(services: Services, quick: bool) -> list[Row]:
    """Measure the stage in memory, then the worker on the same facts."""
    people, facts = (2_000, 20_000) if quick else (20_000, 200_000)
    settings = settings_of(services.environment(), "bench-people-")
    apply(Cluster(settings.brokers, settings.kairos_prefix, settings.kairos_partitions, 1))
    records = list(inbox(people, facts))
    gc.freeze()
    gc.set_threshold(*THRESHOLDS)  # as the worker does
    strict = strict_policy()
    turns = [in_turn(load_policy(settings.kairos_policy), strict, records) for _ in range(TURNS)]
    in_memory, expected = replay(stage(load_policy(settings.kairos_policy)), records)
    load(settings, loaded(records))
    with metered(settings, "people") as process:
        used = process.work(len(records), 300)
    check_states(settings, CHANGELOG, expected)
    how = f"{facts:,} facts of {people:,} people, 4 partitions, one process, decisions at the end"
    return [
        Figures(
            "people",
            f"{used.per_cpu_second:,.0f} facts per CPU-second",
            how,
            {"facts/CPU-s": used.per_cpu_second, "memory MB": used.peak_mb},
        ),
        Figures(
            "people in memory",
            f"{facts / in_memory:,.0f} facts per CPU-second",
            f"batches of {BATCH}",
            {"facts/CPU-s": facts / in_memory},
        ),
        (
            "people in memory, every rule against the delivered policy",
            f"{median(turns):.2f} times the CPU",
            f"caps, hours, fatigue, campaigns; {TURNS} pairs in turn, {min(turns):.2f} to {max(turns):.2f}",
        ),
        ("people, states", "right", f"{len(expected):,} in the changelog equal those in memory"),
        ("people, memory", f"{used.peak_mb:.0f} MB", "resident, the most"),
    ]


def strict_policy() -> Policy:
    """A policy under which every rule has to be looked at."""
    with NamedTemporaryFile(suffix=".toml") as file:
        Path(file.name).write_text(STRICT)
        return load_policy(Path(file.name))


def in_turn(plain: Policy, strict: Policy, records: Sequence[ConsumerRecord]) -> float:
    """CPU of the stage under the strict policy for each second under the plain one."""
    base, _ = replay(stage(plain), records)
    used, _ = replay(stage(strict), records)
    return used / base


def inbox(people: int, facts: int) -> Iterator[ConsumerRecord]:
    """A user fact per person, then orders, attendances, messages and views, then a watermark."""
    dice = random.Random(5)
    offsets = [0] * PARTITIONS
    for number in range(facts):
        person = f"user-{number if number < people else dice.randrange(people):08d}"
        kind, value = ("user", user(person, dice)) if number < people else random_fact(number, person, dice)
        at = BASE_MS + number * 1_000
        id_ = IDS[kind].format(number=number, person=person)
        body = {"kind": kind, "id": id_, "version": [1, number], "at": at, "value": value}
        key = person.encode()
        partition = partition_of(key, PARTITIONS)
        data = FACT.dump_json(FACT.validate_python(body))
        yield ConsumerRecord("inbox", partition, offsets[partition], key, data, at)
        offsets[partition] += 1
    at = BASE_MS + facts * 1_000
    for partition in range(PARTITIONS):
        mark = Watermark(at=at, wall=at).dumps()
        headers = tuple(watermark_headers("/bench", at))
        yield ConsumerRecord("inbox", partition, offsets[partition], WATERMARK_KEY, mark, at, headers)


def user(person: str, dice: random.Random) -> dict[str, object]:
    """A user document with most fields."""
    return {
        "id": person,
        "email": f"{person}@example.com",
        "interests": dice.sample(["hiking", "photography", "cooking", "tea", "jazz"], 2),
        "cuisine_preference": dice.sample(["Italian", "Thai", "Japanese"], 1),
        "age": dice.randint(20, 70),
        "occupation": "engineer",
        "home_neighborhood": "SOMA",
    }


def random_fact(number: int, person: str, dice: random.Random) -> tuple[str, dict[str, object]]:
    """A random fact of a person other than the user: kind and value."""
    date = BASE_MS - dice.randrange(400) * DAY_MS
    choice = dice.random()
    if choice < 0.3:
        return "order", {"id": str(number), "user_id": person, "amount": 50.0, "date": date}
    if choice < 0.6:
        others = [{"email": f"user-{dice.randrange(10**6):08d}@example.com"} for _ in range(6)]
        event = {"event_id": str(number), "name": "Dinner", "date": date, "venue": "The Vault"}
        return "attendance", event | {
            "host": dice.choice(HOSTS),
            "event_type": "dinner",
            "cuisine": ["Thai"],
            "companions": others,
        }
    if choice < 0.85:
        return "message", {"id": str(number), "user_id": person, "status": "sent", "sent_date": date}
    return "job-view", {"id": str(number), "user_id": person, "job_id": "job_1", "time_spent_seconds": 40}
