"""A running fleet on a real broker, and whatever other programs do to its topics."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from kafka import KafkaProducer
from kafka.admin import ConfigResource, ConfigResourceType, KafkaAdminClient

from schemas.documents import Order, User
from tests.integration.odd_fleet import errors_of, patient_wire, survive
from tests.integration.odd_records import RAW_NAME, OddRecord, write
from tests.integration.processes import until
from tests.integration.wire import Addressed, Wire
from tests.integration.workers import workers
from topics.plan import Cluster, apply
from workers.cli import kairos
from workers.runtime.kafka import reader
from workers.runtime.kafka.escaping_batch import read_any_header_name
from workers.runtime.process import exits
from workers.runtime.process.clock import now_ms

pytestmark = pytest.mark.wire
EACH = 30  # odd records of a topic; make soak writes 5,000


@pytest.fixture
def wire(services: Addressed) -> Iterator[Wire]:
    """Topics of a test's own."""
    wire = patient_wire(services)
    yield wire
    wire.close()


def user(wire: Wire, person: str) -> None:
    """Write a user document."""
    wire.put("users", person, User(id=person, name=person, email=f"{person}@example.com"), now_ms())


def has_profiles(wire: Wire, *people: str) -> bool:
    """Whether all of these people have a profile."""
    wire.watermark(now_ms())
    return set(people) <= {
        raw.key.decode("utf-8", "replace") for raw in wire.records("enriched-profiles") if raw.key
    }


def admin(wire: Wire) -> Any:
    """An administration client, to be closed."""
    return closing(KafkaAdminClient(bootstrap_servers=wire.settings.brokers))


def test_whatever_lies_in_the_topics_stops_nobody(wire: Wire, tmp_path: Path) -> None:
    """Internal topics included; the long run is in tests/soak."""
    survive(wire, tmp_path, EACH, seed=12)


CHANGELOG = "people-people-changelog"


def last_states(wire: Wire) -> dict[bytes | None, bytes | None]:
    """The last value of every key in the changelog of `people`."""
    return {raw.key: raw.value for raw in wire.records(CHANGELOG)}


def test_a_foreign_record_in_a_changelog_is_no_sign_of_a_successor(wire: Wire, tmp_path: Path) -> None:
    """Its owner goes on, names the places, and writes its states again; a fenced record ends it."""
    read_any_header_name()
    with workers(("route", "people"), wire.settings, tmp_path) as (_, people):
        user(wire, "before")
        until(lambda: has_profiles(wire, "before"))
        written = []
        for headers in ([], [("kairos_fence", b"1.x")], [(RAW_NAME, None)]):
            for key in (b"before", b"odd"):
                written += write(wire, CHANGELOG, [(key, b"x", now_ms(), headers)] * 2)
        write(wire, CHANGELOG, [(b"before", b"z", now_ms(), [])] * 2, "abort")
        user(wire, "behind")
        until(lambda: has_profiles(wire, "before", "behind"))
        until(lambda: all(f'"offset": {each.offset},' in people.log_text() for each in written))
        until(lambda: (last_states(wire).get(b"before") or b"x")[:1] == b"\1")
        assert last_states(wire)[b"odd"] is None
        assert (people.process.poll(), errors_of(people)) == (None, [])

        for partition in range(2):
            fence = [("kairos_fence", b"%d.%d.5" % (partition, 1_000))]
            wire.send(CHANGELOG, b"\0owner", b"x", fence, now_ms(), partition)
        wire.producer.flush()
        user(wire, "last")
        wire.producer.flush()
        assert people.wait() == exits.FENCED


def test_a_transaction_that_is_open_in_a_changelog_is_named_and_waited_for(
    wire: Wire, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No state behind it is missing after the recovery; a command that reads the changelog names it."""
    name = wire.settings.name(CHANGELOG)
    with workers(("route", "people"), wire.settings, tmp_path):
        user(wire, "before")
        until(lambda: has_profiles(wire, "before"))
        foreign = KafkaProducer(bootstrap_servers=wire.settings.brokers, transactional_id=f"{name}-x")
        foreign.init_transactions()
        foreign.begin_transaction()
        for partition in range(2):
            foreign.send(name, b"x", b"odd", partition=partition).get(10)
        people = [f"behind-{number}" for number in range(6)]
        for person in people:
            user(wire, person)
        until(lambda: has_profiles(wire, *people))
    (tmp_path / "again").mkdir()
    with workers(("route", "people"), wire.settings, tmp_path / "again") as (_, again):
        until(lambda: "recovery waits" in again.log_text())
        assert f'"topic": "{name}"' in again.log_text()
        monkeypatch.setattr(reader, "STUCK_SECONDS", 1.0)
        with pytest.raises(reader.ReadingError, match=f"{name} cannot be read to its end: partition"):
            main(wire, "rebuild", "people")
        assert again.process.poll() is None
        foreign.abort_transaction()
        foreign.close()
        until(lambda: '"recovered"' in again.log_text())
        assert f'"keys": {len(people) + 1}, "partitions": [0, 1]' in again.log_text()
        user(wire, "after")
        until(lambda: has_profiles(wire, "after"))
        assert errors_of(again) == []


def main(wire: Wire, *arguments: str) -> None:
    """Run a command in this process; raises what it raises."""
    CliRunner().invoke(kairos, arguments, env=wire.settings.environment(), catch_exceptions=False)


def test_an_aborted_transaction_is_not_read(wire: Wire, tmp_path: Path) -> None:
    """Of two orders the committed one counts; what stands behind both is read."""

    def order(id_: str) -> list[OddRecord]:
        value = Order(id=id_, user_id="mia", amount=10.0).dumps()
        return [(id_.encode(), value, now_ms(), [])]

    with workers(("route",), wire.settings, tmp_path) as (route,):
        write(wire, "orders", order("committed"), "commit")
        write(wire, "orders", order("aborted"), "abort")
        write(wire, "orders", order("behind"))
        until(lambda: sum(b"orders/" in (raw.value or b"") for raw in wire.records("inbox")) >= 2)
        facts = b"".join(raw.value or b"" for raw in wire.records("inbox"))
        assert b"orders/committed" in facts
        assert b"orders/aborted" not in facts
        assert errors_of(route) == []


@pytest.mark.parametrize("change", ["created again", "partitions"])
@pytest.mark.parametrize(("worker", "topic"), [("capture", "orders"), ("serve", "emails")])
def test_capture_and_serve_notice_a_topic_that_has_changed(
    services: Addressed, wire: Wire, tmp_path: Path, worker: str, topic: str, change: str
) -> None:
    """Though nothing comes from it or goes into it: exit code 7 and a sentence that names it."""
    name, more = wire.settings.name(topic), services.environment()
    settings = wire.settings.model_copy(
        update={"mongo_url": more["MONGO_URL"], "redis_url": more["REDIS_URL"], "mongo_database": name}
    )
    with workers((worker,), settings, tmp_path) as (process,):
        # the last topic of a snapshot: one that is still to be read would be missing, and end it otherwise
        begun = '"topic": "job-preferences", "epoch": 1' if worker == "capture" else "reading"
        until(lambda: begun in process.log_text())
        change_topic(wire, name, change)
        assert process.wait() == exits.REFUSED
        assert name in errors_of(process)[-1]


def change_topic(wire: Wire, name: str, change: str) -> None:
    """Give a topic other partitions, or delete it and create it again."""
    with admin(wire) as client:
        if change == "partitions":
            client.create_partitions({name: 4})
        else:
            client.delete_topics([name])
            until(lambda: name not in client.list_topics())
            apply(Cluster(wire.settings.brokers, wire.settings.kairos_prefix, 2, 1))


@pytest.mark.parametrize("change", ["created again", "partitions"])
def test_a_topic_that_has_changed_ends_its_readers_at_once(wire: Wire, tmp_path: Path, change: str) -> None:
    """With exit code 7 and a sentence that names it, before anything of it is taken for what it was."""
    name = wire.settings.name("users")
    with workers(("route",), wire.settings, tmp_path) as (route,):
        user(wire, "mia")
        until(lambda: any(raw.key == b"mia" for raw in wire.records("inbox")))
        change_topic(wire, name, change)
        assert route.wait() == exits.REFUSED
        assert name in errors_of(route)[-1]
    if change == "partitions":
        with workers(("route",), wire.settings, tmp_path) as (route,):
            assert route.wait() == exits.REFUSED
            assert "users has 4" in errors_of(route)[-1]


def test_a_topic_that_takes_less_makes_letters(wire: Wire, tmp_path: Path) -> None:
    """Its limit is read at the start; a limit that takes nothing of ours is refused."""

    def limit(topic: str, size: int) -> None:
        configs = {"max.message.bytes": str(size)}
        with admin(wire) as client:
            client.alter_configs(
                [ConfigResource(ConfigResourceType.TOPIC, wire.settings.name(topic), configs)]
            )

    limit("inbox", 100_000)
    limit("dead-letters", 100_000)
    large = User(id="large", name="x" * 300_000)
    with workers(("route",), wire.settings, tmp_path) as (route,):
        wire.put("users", "large", large, now_ms())
        user(wire, "small")
        until(lambda: any(raw.key == b"small" for raw in wire.records("inbox")))
        (letter,) = wire.records("dead-letters")
        headers = dict(letter.headers)
        assert (letter.key, headers["kairos_reason"]) == (b"large", b"too-large")
        assert b"inbox" in headers["kairos_error"]
        assert errors_of(route) == []
    limit("inbox", 1_000)
    with workers(("route",), wire.settings, tmp_path) as (route,):
        assert route.wait() == exits.REFUSED
        assert "max.message.bytes must be at least" in errors_of(route)[-1]


def test_without_a_broker_a_worker_is_to_be_started_again(wire: Wire, tmp_path: Path) -> None:
    """Exit code 4, in one line."""
    settings = wire.settings.model_copy(update={"kafka_url": "kafka://127.0.0.1:1"})
    with workers(("people",), settings, tmp_path) as (people,):
        assert people.wait() == exits.INFRASTRUCTURE
        assert len(errors_of(people)) == 1
