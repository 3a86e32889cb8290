"""`kairos suppress`: people and addresses that are never written to."""

import json

import click

from schemas.model import from_epoch_ms
from schemas.permissions import Suppression
from workers.commands.help import KAFKA, CommandGroup, needs
from workers.commands.permission_import import file_options, import_file
from workers.commands.permission_records import (
    address_subjects,
    current,
    person_subject,
    say,
    take_back,
    who_am_i,
)
from workers.commands.permission_rows import ImportDefaults, suppressions_of
from workers.product.reading.values import READ_ERRORS
from workers.runtime.kafka.reader import reading
from workers.runtime.kafka.sync_producer import sync_producer
from workers.runtime.process.clock import now_ms
from workers.runtime.process.settings import load

TOPIC = "suppressions"
by = click.option("--by", default=who_am_i, show_default="your user name", help="Who it is.")
is_id = click.option("--id", "is_id", is_flag=True, help="WHO is an id, though there is an @ in it.")


@click.group(cls=CommandGroup, epilog=needs(KAFKA, "kairos suppress add mia@example.com"))
def suppress() -> None:
    """People and addresses that are never written to.

    An address counts for everybody who has it, also for whoever registers with it later. Only its hash
    leaves this program.
    """


@suppress.command(epilog=needs(KAFKA, "kairos suppress add mia", "kairos suppress add mia@example.com"))
@click.argument("who", metavar="WHO [WHO]...", nargs=-1, required=True)
@is_id
@click.option("--note", help="Why; whoever looks later reads it.")
@by
def add(who: tuple[str, ...], is_id: bool, note: str | None, by: str) -> None:
    """Write to these people never again; WHO is a user's id, or an address (it has an @)."""
    now = now_ms()
    at = from_epoch_ms(now)
    subjects = [subject for each in who for subject in subjects_of(each, is_id)]
    values = [Suppression(subject=subject, at=at, by=by, note=note) for subject in subjects]
    with sync_producer(load(), TOPIC) as producer:
        count = say(producer, TOPIC, values, now)
    click.echo(f"{count:,} suppressions written")


@suppress.command(
    name="import",
    epilog=needs(KAFKA, "kairos suppress import bounces.csv", "kairos suppress import - < list.jsonl"),
)
@file_options
@by
def import_(file: str, by: str, **options: str | None) -> None:
    """Read suppressions from a file of another tool: CSV with a header, JSON or JSON Lines.

    Fields: person (or id) and email, either or both; reason, at. A reason with unsubscribe, bounce, complain
    or spam in it is that, any other is `imported`. Rows that cannot be used are named on stderr and left
    out; the exit code is 1 then. It can be repeated.
    """
    defaults = ImportDefaults(from_epoch_ms(now_ms()), by)
    import_file(TOPIC, file, suppressions_of, defaults, options)


@suppress.command(
    name="list", epilog=needs(KAFKA, "kairos suppress list", "kairos suppress list mia@example.com")
)
@click.argument("who", nargs=-1)
@is_id
@click.option("--json", "as_json", is_flag=True, help="Print JSON, for programs.")
def list_(who: tuple[str, ...], is_id: bool, as_json: bool) -> None:
    """List suppressions: all, or those of some people or addresses; addresses are there as hashes.

    Exit code 1 when WHO is given and none of them is suppressed.
    """
    wanted = {subject for each in who for subject in subjects_of(each, is_id)}
    with reading(load()) as reader:
        every = current(reader, TOPIC, Suppression)
    chosen = [each for subject, each in sorted(every.items()) if not wanted or subject in wanted]
    if as_json:
        click.echo(json.dumps([each.model_dump(mode="json") for each in chosen], indent=2))
    else:
        for each in chosen:
            by = f" by {each.by}" if each.by else ""
            click.echo(f"{each.subject} {each.reason} {each.at:%Y-%m-%d %H:%M} UTC{by}")
        click.echo(f"{len(chosen):,} suppressions")
    if wanted and not chosen:
        raise SystemExit(1)


@suppress.command(epilog=needs(KAFKA, "kairos suppress remove mia@example.com"))
@click.argument("who")
@is_id
def remove(who: str, is_id: bool) -> None:
    """Take a suppression back; WHO is what it was added for.

    What a person has said in a mail of Kairos (unsubscribed, complained) is not taken back by it.
    """
    settings, subjects = load(), subjects_of(who, is_id)
    with reading(settings) as reader:
        known = current(reader, TOPIC, Suppression).keys() & set(subjects)
    if not known:
        raise click.ClickException(f"{who} is not suppressed under this name")
    with sync_producer(settings, TOPIC) as producer:
        for subject in sorted(known):
            take_back(producer, TOPIC, subject, now_ms())
    click.echo(f"{who} is not suppressed any more under this name")


def subjects_of(who: str, is_id: bool) -> list[str]:
    """The subject of a person's id, or of an address, as its hash; BadParameter for neither."""
    try:
        if "@" in who and not is_id:
            return address_subjects(who)
        subject = person_subject(who)
    except READ_ERRORS as error:
        raise click.BadParameter(str(error), param_hint="WHO") from None
    if subject is None:
        raise click.BadParameter("is empty", param_hint="WHO")
    return [subject]
