"""`kairos deliver`: mails of which nobody knows whether they were sent, and what a person says of them."""

import json
from typing import Literal, get_args

import click

from schemas.mail import Engagement, Outcome
from schemas.model import Model, from_epoch_ms, to_epoch_ms
from schemas.parked import AGAIN, ParkedMail
from workers.commands.help import KAFKA, CommandGroup, needs
from workers.commands.permission_records import SOURCE, who_am_i
from workers.runtime.kafka.headers import cloud_headers, event_type
from workers.runtime.kafka.reader import Reader, reading
from workers.runtime.kafka.records import ConsumerRecord, ProducerRecord, partition_of
from workers.runtime.kafka.sync_producer import SyncProducer, sync_producer
from workers.runtime.kafka.tolerant import read_each
from workers.runtime.process.clock import now_ms
from workers.runtime.process.settings import load
from workers.runtime.process.terminal import safe

TOPIC = "parked-mails"
ARRIVED = ("sent", "clicked", "unsubscribed", "complained")
Resolution = Literal["sent", "send-again", "drop"]
OUTCOME_AFTER: dict[Resolution, Outcome] = {"sent": "sent", "drop": "failed"}


@click.group(cls=CommandGroup, epilog=needs(KAFKA, "kairos deliver parked"))
def deliver() -> None:
    """Mails of which nobody knows whether they were sent, and what is to be done with them.

    The connection, or the worker, ended after the message was sent and before the server answered; or a
    server takes no such message. Nothing is sent again by itself: until somebody decides, such a mail counts
    as sent.
    """


@deliver.command(epilog=needs(KAFKA, "kairos deliver parked", "kairos deliver parked --json"))
@click.option("--json", "as_json", is_flag=True, help="Print JSON, for programs.")
def parked(as_json: bool) -> None:
    """List the parked mails, oldest first: decision, person, when, and why."""
    with reading(load()) as reader:
        values = sorted(current_parked(reader).values(), key=lambda value: (value.at, value.id))
    if as_json:
        click.echo(
            json.dumps([value.model_dump(mode="json") for value in values], indent=2, ensure_ascii=False)
        )
        return
    for value in values:
        click.echo(line(value))
    click.echo(f"{len(values):,} mails are parked" if values else "no mail is parked")


@deliver.command(
    epilog=needs(
        KAFKA,
        "kairos deliver resolve mia:1 sent",
        "kairos deliver resolve mia:1 send-again",
        "kairos deliver resolve mia:1 drop",
    )
)
@click.argument("decision")
@click.argument("resolution", type=click.Choice(get_args(Resolution)))
@click.option("--by", default=who_am_i, show_default="your user name", help="Who it is.")
def resolve(decision: str, resolution: Resolution, by: str) -> None:
    """Say what became of a parked mail, or what shall.

    sent: it has arrived, or may have. drop: it was not sent, and the person is decided about anew.
    send-again: it is handed over once more, if it still holds; whoever got it the first time gets it twice.
    """
    settings, now = load(), now_ms()
    with reading(settings) as reader:
        values = current_parked(reader).values()
        found = [value for value in values if decision in {value.id, value.decision_id}]
        is_told = resolution == "send-again" and any(is_told_as_sent(reader, value) for value in found)
    if len(found) != 1:
        raise click.ClickException(f"no mail of {safe(decision).plain} is parked; see kairos deliver parked")
    (value,) = found
    if is_told:
        raise click.ClickException(
            f"{safe(decision).plain} was told as sent before it was parked: sent, or drop"
        )
    if resolution == "send-again" and to_epoch_ms(value.mail.valid_until) <= now:
        raise click.ClickException(f"the mail held until {value.mail.valid_until.isoformat()}: sent, or drop")
    with sync_producer(settings, TOPIC) as producer:
        producer.send(record_after(producer, value, resolution, by, now))
        producer.flush()
        producer.send(record(producer, TOPIC, value.id, None, f"{value.id}/resolved", now))
        producer.flush()
    click.echo(f"{safe(value.id).plain}: {resolution}")


def is_told_as_sent(reader: Reader, value: ParkedMail) -> bool:
    """Whether the mail was told as sent, or is known to have arrived: a crash came right after that."""
    number = partition_of(value.person.encode(), len(reader.partitions("engagements")))
    told = read_each("engagements", reader.read("engagements", [number]), told_of)
    return any(each.decision_id == value.decision_id and each.outcome in ARRIVED for each in told if each)


def told_of(raw: ConsumerRecord) -> Engagement | None:
    """The outcome in a record. Raises ValueError."""
    return None if raw.value is None else Engagement.loads(raw.value)


def record_after(
    producer: SyncProducer, value: ParkedMail, resolution: Resolution, by: str, now: int
) -> ProducerRecord:
    """The record that a resolution leads to; the same when it is given twice."""
    if resolution == "send-again":
        again = value.mail.model_copy(update={"id": next_id(value)})
        return record(producer, "emails", value.person, again, again.id, now)
    outcome = OUTCOME_AFTER[resolution]
    told = Engagement(
        decision_id=value.decision_id,
        person=value.person,
        outcome=outcome,
        at=value.at if outcome == "sent" else from_epoch_ms(now),
        detail=f"{resolution}, said by {by}",
        campaign=value.mail.campaign,
    )
    return record(producer, "engagements", value.person, told, f"{value.id}/{outcome}", now)


def next_id(value: ParkedMail) -> str:
    """The id of a mail that is handed over once more: the decision's, and which hand-over it is."""
    number = value.id.removeprefix(f"{value.decision_id}{AGAIN}")
    return f"{value.decision_id}{AGAIN}{int(number) + 1 if number.isdecimal() and value.id != number else 2}"


def current_parked(reader: Reader) -> dict[str, ParkedMail]:
    """The parked mails by their ids; raises ReadingError without the topic."""
    values: dict[str, ParkedMail] = {}
    for key, value in read_each(TOPIC, reader.read(TOPIC), parked_of):
        if value is None:
            values.pop(key, None)
        else:
            values[key] = value
    return values


def parked_of(raw: ConsumerRecord) -> tuple[str, ParkedMail | None]:
    """The key and the value of a record. Raises ValueError."""
    return (raw.key or b"").decode(), None if raw.value is None else ParkedMail.loads(raw.value)


def line(value: ParkedMail) -> str:
    """One parked mail."""
    text = f"{value.id}  {value.person}  {value.at:%Y-%m-%d %H:%M:%S} UTC  {value.why}"
    return safe(text).plain


def record(
    producer: SyncProducer, topic: str, key: str, value: Model | None, id_: str, now: int
) -> ProducerRecord:
    """A record of ours, in the partition of its key."""
    headers = tuple(cloud_headers(event_type(topic), SOURCE, id_, now))
    partition = partition_of(key.encode(), len(producer.partitions(topic)))
    data = None if value is None else value.dumps()
    return ProducerRecord(topic, key.encode(), data, headers, now, partition)
