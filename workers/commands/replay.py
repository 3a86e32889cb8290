"""`kairos replay`: processes the recorded inbox again, in memory, and compares with what the fleet wrote."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from schemas.decision import SendDecision
from schemas.model import Model
from schemas.profile import EnrichedProfile
from workers.commands.help import KAFKA, needs
from workers.people.policy import load_policy
from workers.people.stage import stage
from workers.runtime.engine.replay import Replay
from workers.runtime.kafka.reader import Reader, reading
from workers.runtime.kafka.records import ConsumerRecord, ProducerRecord
from workers.runtime.kafka.tolerant import read_each
from workers.runtime.process.settings import load

LastValues = dict[str, bytes]  # by key, without deleted keys
BATCH = 1_000
SHOWN = 10  # differing keys that are printed


@click.command(
    epilog=needs(
        f"{KAFKA} with the topics of a fleet",
        "kairos replay",
        "kairos replay --person mia --policy new-policy.toml",
    )
)
@click.option("--person", metavar="ID", help="Show this person's profile and decisions.")
@click.option(
    "--policy", type=click.Path(exists=True, path_type=Path), help="Decide by another policy (what-if)."
)
def replay(person: str | None, policy: Path | None) -> None:
    """Run the recorded inbox again, in memory, and compare.

    Without --policy every profile and decision must be what the fleet said; exit code 1 when one is not.
    """
    settings = load()
    with reading(settings) as reader:
        inbox = list(reader.read("inbox"))
        live_profiles = last_values(readable(reader, "enriched-profiles", EnrichedProfile))
        live_mails = mail_decisions(readable(reader, "send-decisions", SendDecision))
    written = run(inbox, policy or settings.kairos_policy)
    profiles = last_values(record for record in written if record.topic == "enriched-profiles")
    mails = mail_decisions(record for record in written if record.topic == "send-decisions")
    if person:
        show(person, profiles, written)
        return
    different = differing_keys(live_profiles, profiles) + differing_keys(live_mails, mails)
    report(len(inbox), profiles, mails, [] if policy else different)
    if different and not policy:
        raise SystemExit(1)


def run(inbox: list[ConsumerRecord], policy: Path) -> list[ProducerRecord]:
    """Everything that `people` writes for the records of the inbox, under a policy."""
    runner = Replay(stage(load_policy(policy)))
    written: list[ProducerRecord] = []
    for start in range(0, len(inbox), BATCH):
        written += runner.feed(inbox[start : start + BATCH])
    return written


def readable(reader: Reader, topic: str, payload: type[Model]) -> Iterator[ConsumerRecord]:
    """The records of a topic with a readable key and value; others, written by nobody of ours, are logged."""

    def checked(record: ConsumerRecord) -> ConsumerRecord:
        (record.key or b"").decode()
        if record.value is not None:
            payload.loads(record.value)
        return record

    return read_each(topic, reader.read(topic), checked)


def last_values(records: Iterable[ConsumerRecord | ProducerRecord]) -> LastValues:
    """The last value of every key that was not deleted."""
    values = {(record.key or b"").decode(): record.value for record in records}
    return {key: value for key, value in values.items() if value is not None}


def mail_decisions(records: Iterable[ConsumerRecord | ProducerRecord]) -> LastValues:
    """Every decision to write or ask, by its id."""
    decisions = (SendDecision.loads(record.value) for record in records if record.value is not None)
    return {decision.id: decision.dumps() for decision in decisions if decision.verdict != "wait"}


def differing_keys(live: LastValues, replayed: LastValues) -> list[str]:
    """The keys whose values differ between the fleet and the replay."""
    return sorted(key for key in live.keys() | replayed.keys() if live.get(key) != replayed.get(key))


def report(records: int, profiles: LastValues, mails: LastValues, different: list[str]) -> None:
    """Print the numbers of records, profiles and verdicts, and the keys that differ."""
    console = Console()
    verdicts = Counter(json.loads(value)["verdict"] for value in mails.values())
    table = Table("replayed", "", show_header=False)
    for name, value in (("records", records), ("profiles", len(profiles)), *sorted(verdicts.items())):
        table.add_row(name, f"{value:,}")
    console.print(table)
    if different:
        others = f" and {len(different) - SHOWN} more" if len(different) > SHOWN else ""
        console.print(f"different from what the fleet said: {', '.join(different[:SHOWN])}{others}")


def show(person: str, profiles: LastValues, written: list[ProducerRecord]) -> None:
    """Print one person's profile and every decision, in their order."""
    if person not in profiles:
        raise click.ClickException(f"nobody with the id {person} has a profile in the recorded inbox")
    console = Console()
    console.print_json(profiles[person].decode())
    for record in written:
        if record.topic == "send-decisions" and record.key == person.encode() and record.value is not None:
            decision = SendDecision.loads(record.value)
            console.print(f"{decision.decided_at:%Y-%m-%d %H:%M:%S} {decision.verdict}: {decision.because}")
