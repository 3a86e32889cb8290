"""The first day: everything that a product has is read at once, and everybody is decided on."""

from collections.abc import Mapping, Sequence
from contextlib import closing
from typing import Any, NamedTuple

import msgspec
from kafka.admin import KafkaAdminClient
from kafka.errors import KafkaError
from pymongo import MongoClient

from deploy.embedded import Services
from tests.bench.arrivals import Arrivals
from tests.bench.first_people import FirstPeople
from tests.bench.latency_figures import request_values
from tests.bench.measure import Figures, Row
from tests.bench.metered_fleet import SERVICES, MeteredFleet, Usage, metered_fleet
from tests.bench.new_users import RESULTS
from tests.bench.running_fleet import START_SECONDS, new_settings
from tests.bench.traffic import Ends, Traffic, watching
from workers.runtime.process.clock import now_ms
from workers.runtime.process.fleet import BY_NAME, fleet_of
from workers.runtime.process.settings import Settings

PARTITIONS = 4
PEOPLE, QUICK_PEOPLE = 10_000, 1_000
PATIENT_SECONDS, SECONDS_A_PERSON = 120, 0.05
CAPTURE = "capture"


class FirstDay(NamedTuple):
    """What was used, the most MB of memory of each process, and what was written."""

    used: Usage
    peak_mb: Mapping[str, float]
    traffic: Traffic


class HalfReadError(AssertionError):
    """Somebody was to be written to who would not have been, had all of the data been read."""


class _Decision(msgspec.Struct):
    person: str
    verdict: str
    reason: str | None = None


_decision = msgspec.json.Decoder(_Decision).decode


class FirstDecisions:
    """Whom the fleet has decided on, and who has a profile. Waiting for a source is no decision."""

    def __init__(self) -> None:
        self.decided: dict[str, str] = {}  # the last verdict of each person
        self.profiled: set[str] = set()
        self.written_to: set[str] = set()  # who was ever to be written to

    def note(self, topic: str, record: Any, at: float) -> None:
        """Note a record."""
        if record.value is None or record.key is None:
            return
        if topic == "enriched-profiles":
            self.profiled.add(record.key.decode("utf-8", "replace"))
            return
        if not record.key[:1].isalnum():
            return  # a watermark
        decision = _decision(record.value)
        if decision.reason != "sources":
            self.decided[decision.person] = decision.verdict
        if decision.verdict != "wait":
            self.written_to.add(decision.person)

    def are_about(self, people: set[str]) -> bool:
        """Whether all of these are decided on and have a profile."""
        fewest = min(len(self.decided), len(self.profiled))
        return fewest >= len(people) and people <= self.decided.keys() and people <= self.profiled


def run(services: Services, quick: bool, people: int = 0) -> list[Row]:
    """Fill the database, start the fleet, `capture` as the last of it; all get a profile and a decision."""
    people = people or (QUICK_PEOPLE if quick else PEOPLE)
    settings = new_settings(services, "firstday", PARTITIONS)
    product = FirstPeople(people, now_ms())
    with MongoClient[dict[str, Any]](settings.mongo_url) as client:
        documents = product.fill(client[settings.mongo_database])
    decisions = FirstDecisions()
    reading = Arrivals(settings, RESULTS, decisions.note)
    try:
        with metered_fleet(services, settings, fleet_of(settings)) as fleet:
            day = first_day(fleet, settings, decisions, set(product.ids))
    finally:
        reading.close()
    if wrong := product.recent & decisions.written_to:
        raise HalfReadError(f"{len(wrong)} people were to be written to a day after their last message")
    return rows(people, documents, day)


def first_day(
    fleet: MeteredFleet, settings: Settings, decisions: FirstDecisions, people: set[str]
) -> FirstDay:
    """What is used from the first document on the broker until all of these people are decided on."""
    with watching(settings) as watch:
        others = [child.name for child in fleet.children if child.name != CAPTURE]
        fleet.start_only(*others)
        wait_for_calm(fleet, settings, [name for name in others if BY_NAME[name].looped])
        fleet.start_only(CAPTURE)
        fleet.wait(lambda: any_document(watch.ends(), settings), START_SECONDS, "a first document")
        before = fleet.usage()
        patient = PATIENT_SECONDS + SECONDS_A_PERSON * len(people)
        fleet.wait(lambda: decisions.are_about(people), patient, f"decisions on {len(people)} people")
        used = fleet.usage().since(before)
        return FirstDay(used, fleet.peak_mb(), watch.between({}, watch.ends()))


def wait_for_calm(fleet: MeteredFleet, settings: Settings, groups: Sequence[str]) -> None:
    """Wait until each of these workers has its partitions, and none is busy with its start any more."""
    names = [settings.name(name) for name in groups]
    with closing(KafkaAdminClient(bootstrap_servers=settings.brokers)) as admin:
        fleet.wait(lambda: are_stable(admin, names), START_SECONDS, "assigned partitions")
    fleet.wait_calm(START_SECONDS)


def are_stable(admin: Any, groups: Sequence[str]) -> bool:
    """Whether the members of all of these groups have their partitions."""
    try:
        states = {group["group_id"]: group["group_state"] for group in admin.list_groups()}
    except KafkaError as error:
        if not error.retriable:
            raise
        return False  # the broker makes its topic of groups just now
    return all(states.get(group) == "Stable" for group in groups)


def any_document(ends: Ends, settings: Settings) -> bool:
    """Whether there is a record in the topic of users."""
    return any(end for tp, end in ends.items() if tp.topic == settings.name("users"))


def rows(people: int, documents: int, day: FirstDay) -> list[Row]:
    """The rows of a first day: time and CPU, records, memory."""
    used, traffic, cpu = day.used, day.traffic, day.used.cpu
    ms = {f"CPU {name} ms/document": 1000 * seconds / documents for name, seconds in cpu.items()}
    fleet = sum(seconds for name, seconds in cpu.items() if name not in SERVICES)
    values = {
        "seconds": used.at,
        "documents/s": documents / used.at,
        "CPU all ms/document": 1000 * sum(cpu.values()) / documents,
        "CPU workers and broker ms/document": 1000 * (fleet + cpu["broker"]) / documents,
        **ms,
        "profiles/person": traffic.own["enriched-profiles"] / people,
        "decisions/person": traffic.own["send-decisions"] / people,
        "control records": traffic.control.total(),
        **request_values(used),
    }
    label = f"first day of {people:,} people"
    figure = (
        "{seconds:.0f} s, {documents/s:,.0f} documents/s, CPU {CPU all ms/document:.2f} ms a document"
    ).format_map(values)
    spent = ", ".join(f"{name} {seconds:.1f}" for name, seconds in cpu.items())
    own = ", ".join(f"{topic} {count:,}" for topic, count in traffic.own.most_common())
    each = "{profiles/person:.2f} profiles, {decisions/person:.2f} decisions a person".format_map(values)
    most = {f"{name} MB": peak for name, peak in day.peak_mb.items()}
    return [
        Figures(label, figure, f"{documents:,} documents, until all are decided on; CPU s: {spent}", values),
        Figures(
            f"{label}: records",
            f"{each}, {traffic.control.total():,} control records",
            own,
            {f"{topic}/person": count / people for topic, count in traffic.own.items()},
        ),
        Figures(
            f"{label}: memory",
            ", ".join(f"{name[:-3]} {peak:.0f}" for name, peak in most.items()) + " MB",
            "resident, the most",
            most,
        ),
    ]
