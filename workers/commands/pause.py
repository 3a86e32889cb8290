"""`kairos pause` and `kairos resume`: hold back all mails, those of a campaign, or those to a person."""

import json
from collections.abc import Iterable, Sequence

import click

from schemas.model import from_epoch_ms
from schemas.permissions import ALL, CAMPAIGN, MailPause
from workers.commands.dead_letters_choice import AGO, UNIT_MS, parse_time
from workers.commands.help import KAFKA, needs
from workers.commands.permission_records import current, person_subject, say, who_am_i
from workers.runtime.kafka.reader import reading
from workers.runtime.kafka.sync_producer import sync_producer
from workers.runtime.process.clock import now_ms
from workers.runtime.process.settings import load
from workers.runtime.process.terminal import safe

TOPIC = "controls"
target = click.argument("target", metavar="[all | campaign NAME | person ID]", nargs=-1)
by = click.option("--by", default=who_am_i, show_default="your user name", help="Who it is.")


class LaterTime(click.ParamType):
    """A time to come on the command line, as epoch milliseconds."""

    name = "time"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Parse `2h` (from now on) or an ISO time; a usage error for anything else, and for the past."""
        text, now = str(value).strip(), now_ms()
        try:
            later = AGO.fullmatch(text)
            at = now + int(later[1]) * UNIT_MS[later[2]] if later else parse_time(text, now)
            from_epoch_ms(at)
        except (ValueError, OverflowError):
            self.fail(f"{text!r} is neither like 2h (s, m, h, d) nor an ISO time", param, ctx)
        if at <= now:
            self.fail(f"{text} is over", param, ctx)
        return at


@click.command(
    epilog=needs(
        KAFKA,
        'kairos pause --why "wrong prices"',
        'kairos pause campaign job-digest --why "new texts" --until 2h',
        "kairos pause --list",
    )
)
@target
@click.option("--why", help="Why; whoever looks later reads it.")
@click.option("--until", type=LaterTime(), help="When it ends by itself: 2h, or an ISO time (UTC).")
@by
@click.option("--list", "list_", is_flag=True, help="Only show what is paused.")
@click.option("--json", "as_json", is_flag=True, help="With --list: print JSON, for programs.")
def pause(
    target: tuple[str, ...], why: str | None, until: int | None, by: str, list_: bool, as_json: bool
) -> None:
    """Hold mails back: all of them, those of a campaign, or those to a person.

    From a second later on no new mail is written. Nothing is dropped: people are decided about anew when the
    pause has ended, by itself or by `kairos resume`. A mail that was handed over before may still be sent.
    """
    if list_:
        show_paused(as_json)
        return
    subject = subject_of(target)
    if not (why or "").strip():
        raise click.UsageError('give the reason: --why "…"')
    now = now_ms()
    end = None if until is None else from_epoch_ms(until)
    value = MailPause(subject=subject, at=from_epoch_ms(now), until=end, by=by, why=why or "")
    with sync_producer(load(), "pause") as producer:
        say(producer, TOPIC, [value], now)
    click.echo(line(value))


@click.command(epilog=needs(KAFKA, "kairos resume", "kairos resume campaign job-digest --why checked"))
@target
@click.option("--why", default="", help="Why; whoever looks later reads it.")
@by
def resume(target: tuple[str, ...], why: str, by: str) -> None:
    """End a pause: of all mails by default, of a campaign, or of a person.

    Everybody is decided about anew. What is paused besides stays paused, and is named.
    """
    settings, subject, now = load(), subject_of(target), now_ms()
    with reading(settings) as reader:
        pauses = {pause.subject: pause for pause in in_force(current(reader, TOPIC, MailPause).values(), now)}
    if pauses.pop(subject, None) is None:
        click.echo(f"{subject} was not paused")
    else:
        value = MailPause(subject=subject, paused=False, at=from_epoch_ms(now), by=by, why=why)
        with sync_producer(settings, "pause") as producer:
            say(producer, TOPIC, [value], now)
        click.echo(f"resumed: {subject}")
    for each in pauses.values():
        click.echo(f"still {line(each)}")


def subject_of(target: Sequence[str]) -> str:
    """The subject that arguments name, all by default; UsageError for others."""
    match list(target):
        case [] | ["all"]:
            return ALL
        case ["campaign", name] if name.strip():
            return f"{CAMPAIGN}{name.strip()}"
        case ["person", id_] if (subject := person_subject(id_)) is not None:
            return subject
    raise click.UsageError(f"{' '.join(target)!r} is neither all, nor campaign NAME, nor person ID")


def show_paused(as_json: bool) -> None:
    """Print the pauses in force, the oldest first."""
    with reading(load()) as reader:
        pauses = in_force(current(reader, TOPIC, MailPause).values(), now_ms())
    if as_json:
        click.echo(json.dumps([pause.model_dump(mode="json") for pause in pauses], indent=2))
    elif not pauses:
        click.echo("nothing is paused")
    else:
        for pause in pauses:
            click.echo(line(pause))


def in_force(pauses: Iterable[MailPause], now: int) -> list[MailPause]:
    """The pauses in force at a time (epoch ms), the oldest first."""
    at = from_epoch_ms(now)
    return sorted((pause for pause in pauses if pause.is_in_force(at)), key=lambda pause: pause.at)


def line(pause: MailPause) -> str:
    """A pause as one line."""
    until = "until it is resumed" if pause.until is None else f"until {pause.until:%Y-%m-%d %H:%M:%S} UTC"
    why = f": {pause.why}" if pause.why else ""
    text = f"paused: {pause.subject} since {pause.at:%Y-%m-%d %H:%M:%S} UTC by {pause.by}, {until}{why}"
    return safe(text).plain
