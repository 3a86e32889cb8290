"""A whole fleet on a real broker and MongoDB, odd records in all of its topics, and what must be true then.

Of every odd record that the broker took one of these holds:

- it is a dead letter, which `kairos dead-letters list` shows with its place;
- a line in a worker's log has its place: passed over, counted by `kairos_passed_over_total`. Our own lines
  are never limited in number, see `workers/runtime/process/logs.py`;
- it is valid input, as `is_valid` says, and was used as such;
- no worker reads its topic (`unread`).
"""

import json
import random
import re
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from click.testing import CliRunner
from kafka.admin import KafkaAdminClient

from tests.contract.test_consumers import INPUTS
from tests.integration.odd_people import DOCUMENTS, People, database
from tests.integration.odd_records import OddRecord, Written, odd_records, write
from tests.integration.processes import HANG_SECONDS
from tests.integration.wire import Addressed, Wire
from tests.integration.workers import WorkerProcess, workers
from workers.cli import kairos
from workers.runtime.kafka.escaping_batch import read_any_header_name
from workers.runtime.process.clock import now_ms
from workers.serve.changes import KINDS

FLEET = ("capture", "route", "people", "jobs", "mail", "learn", "serve")
PASSED_OVER = "passed over a record that cannot be read"
# those of deliver, too, which is not in this fleet
UNREAD = frozenset(
    {
        "email-previews",
        "impressions",
        "job-trends",
        "capture-positions",
        "parked-mails",
        "mail-returns",
        "full-mailboxes",
    }
)
READ = (
    frozenset(each.values[2] for each in INPUTS)
    | KINDS.keys()
    | {"dead-letters", "watermarks", "variation-scores", "variation-outcomes", "mail-signals"}
)


def patient_wire(services: Addressed) -> Wire:
    """Topics and a database of a test's own, and a fleet that goes on however many dead letters there are."""
    return Wire.create(
        services,
        kairos_partitions=2,
        kairos_dead_letter_run=1_000_000,
        kairos_dead_letter_share=1.0,
        kairos_max_deleted_share=1.0,  # a snapshot may bury what others have written into a captured topic
        mongo_database=f"odd{now_ms()}",
    )


def is_valid(topic: str, record: OddRecord) -> bool:
    """Whether a record that is neither a letter nor a line is valid input, however odd it is."""
    key, value, _, headers = record
    names = {name for name, _ in headers}
    if topic == "dead-letters":
        return "kairos_replayed" in names  # a mark
    if value is not None and key == b"~watermark" and ("kairos_control", b"watermark") in headers:
        return b'"wall"' in value and topic in READ  # its time counts as ours
    try:
        text = (b"\xff" if key is None else key).decode()
    except UnicodeDecodeError:
        return False
    if value is None:
        return topic in READ  # a deletion, of nothing
    return topic in DOCUMENTS and text == "odd" and value.startswith(b'{"id": "odd"')


def unread(topic: str) -> bool:
    """Whether no worker reads the odd records of a topic.

    Nobody reads the topics of workers that do not exist yet, and those that Faust makes for its assignor.
    Of `capture-positions` only the records with a source's name for a key are read.
    """
    return topic in UNREAD or "__assignor" in topic


def cli(wire: Wire, *arguments: str) -> str:
    """What a command prints; it must succeed."""
    done = CliRunner().invoke(kairos, arguments, env=wire.settings.environment())
    assert (done.exit_code, done.exception) == (0, None), (arguments, done.output)
    return done.stdout


def accounted(wire: Wire, logs: Iterable[WorkerProcess]) -> set[str]:
    """The places of all letters, and of all lines that say that a record was passed over."""
    listed = json.loads(cli(wire, "dead-letters", "list", "--json", "--limit", "1000000"))
    places = {letter["place"] for letter in listed["letters"]}
    for worker in logs:
        for line in worker.log_text().splitlines():
            if PASSED_OVER in line:
                fields = json.loads(line)
                places.add(f"{fields['topic']}/{fields['partition']}/{fields['offset']}")
    return places


def unexplained(wire: Wire, logs: Iterable[WorkerProcess], written: Iterable[Written]) -> list[Written]:
    """The odd records that are neither a letter nor a line nor valid, in topics that are read."""
    places = accounted(wire, logs)
    return [
        each
        for each in written
        if not unread(each.topic) and each.place not in places and not is_valid(each.topic, each.record)
    ]


def still_there(wire: Wire, written: Iterable[Written]) -> list[Written]:
    """Those that can still be read: Kafka removes a record whose key was written again behind it.

    Odd timestamps make a broker begin a new segment, so that this may happen within seconds.
    """
    left = list(written)
    places = {
        (topic, raw.partition, raw.offset)
        for topic in {each.topic for each in left}
        for raw in wire.records(topic, watermarks=True)
    }
    return [each for each in left if (each.topic, each.partition, each.offset) in places]


def errors_of(worker: WorkerProcess) -> list[str]:
    """What a worker has logged at ERROR or above.

    A library that fails at a record raises; what it says without an error is of a slow machine's connection.
    """
    lines = re.findall(r'^.*"level": "(?:error|critical)".*$|^Traceback.*$', worker.log_text(), re.M)
    return [line for line in lines if '"logger": ' not in line or '"exception": ' in line]


def all_topics(wire: Wire) -> list[str]:
    """Every topic of the fleet, changelogs and those of the libraries included."""
    admin = KafkaAdminClient(bootstrap_servers=wire.settings.brokers)
    try:
        names = [name for name in admin.list_topics() if name.startswith(wire.settings.kairos_prefix)]
    finally:
        admin.close()
    assert any(name.endswith("mail-mail-changelog") for name in names)
    return sorted(map(wire.settings.logical, names))


def write_everywhere(wire: Wire, draw: random.Random, count: int) -> list[Written]:
    """Write odd records into every topic, some in transactions that were committed; no aborted one counts."""
    written = []
    for topic in all_topics(wire):
        taken = write(wire, topic, odd_records(draw, count))
        assert len(taken) > count // 4, topic
        plain: list[OddRecord] = [(b"odd", b"\x00x", now_ms(), [])] * 2
        written += taken + write(wire, topic, plain, "commit")
        write(wire, topic, plain, "abort")
    return written


def settle(condition: Callable[[], list[Any]], patience: float) -> None:
    """Wait until nothing is left of a list; fails with the first of what is."""
    deadline = time.monotonic() + patience
    while left := condition():
        assert time.monotonic() < deadline, (len(left), [str(each)[:300] for each in left[:20]])
        time.sleep(0.5)


def survive(wire: Wire, folder: Path, count: int, seed: int, patience: float = HANG_SECONDS) -> None:
    """Write `count` odd records into every topic of a running fleet, and check that nobody minds.

    Everybody written before and behind has the right profile and decisions, nothing is dropped in silence,
    and all of it holds again after the commands that read these topics, and after a restart with recoveries
    and a new snapshot. A foreign record in a changelog gets its line when its owner writes or recovers next.
    """
    read_any_header_name()
    again = folder / "again"
    again.mkdir()
    with database(wire) as db:
        people = People(db)
        with workers(FLEET, wire.settings, folder) as fleet:
            people.add("before")
            settle(lambda: people.problems(wire), patience)
            written = write_everywhere(wire, random.Random(seed), count)
            people.add("behind")
            settle(lambda: people.problems(wire), patience)
            inputs = [each for each in written if not each.topic.endswith("-changelog")]
            settle(lambda: unexplained(wire, fleet, inputs), patience)
            read_with_commands(wire)
            settle(lambda: people.problems(wire), patience)
            assert_runs(fleet)
        sources = folder / "sources.toml"
        sources.write_text('[jobs.fields]\ntitle = "other"\n')  # another mapping: a new snapshot
        settings = wire.settings.model_copy(update={"kairos_sources": sources})
        with workers(FLEET, settings, again) as recovered:
            people.add("after")
            settle(lambda: people.problems(wire), patience)
            settle(lambda: still_there(wire, unexplained(wire, [*fleet, *recovered], written)), patience)
            assert "snapshot begins" in recovered[0].log_text()
            assert_runs(recovered)


def read_with_commands(wire: Wire) -> None:
    """Run every command that reads topics in which odd records lie; none of them raises."""
    cli(wire, "dead-letters", "replay", "--yes")
    cli(wire, "rebuild", "people")
    for command in (["verify", "--sample", "10"], ["replay"]):
        done = CliRunner().invoke(kairos, command, env=wire.settings.environment())
        assert isinstance(done.exception, SystemExit | None), done.exception
        differing = re.findall(r"^│ .* │ \d+ +│ (\S+) +│$", done.output, re.M)
        assert {*differing} <= {"odd"}, done.output[-3_000:]  # MongoDB has no such user


def assert_runs(fleet: Iterable[WorkerProcess]) -> None:
    """Every worker still runs, and has logged no error."""
    for worker in fleet:
        assert worker.process.poll() is None, (worker.name, worker.log_text()[-3_000:])
        assert errors_of(worker) == []
