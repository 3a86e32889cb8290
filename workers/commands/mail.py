"""`kairos mail`: the mail that a person would get now, which is not sent, and what writes it."""

import asyncio
from pathlib import Path
from tempfile import mkdtemp

import click

from schemas.decision import SendDecision
from schemas.mail import Language
from schemas.model import from_epoch_ms
from schemas.permissions import address_hash
from schemas.profile import EnrichedProfile, FieldsView
from workers.board.board_changes import JOBS, TOPICS
from workers.board.board_tail import changes_of
from workers.board.live_board import LiveBoard
from workers.commands.help import KAFKA, CommandGroup, needs
from workers.commands.mail_bank import bank
from workers.commands.mail_budget import budget
from workers.commands.mail_check import check
from workers.commands.mail_check_raw import check_raw_command
from workers.commands.mail_evaluate import evaluate
from workers.commands.mail_example import example
from workers.commands.profile import READ_MODEL, profile_now
from workers.mail.app import mail_writer
from workers.mail.held_events import EVENTS, HeldEvents
from workers.mail.writer import MailText
from workers.people.decision.brief import brief_of
from workers.product.sources import load_sources
from workers.recommend.board import Board
from workers.recommend.table_embedder import TableEmbedder
from workers.runtime.kafka.reader import reading
from workers.runtime.process import logs
from workers.runtime.process.clock import now_ms
from workers.runtime.process.settings import Settings, load

HOUR_MS = 3_600_000


@click.group(cls=CommandGroup, epilog=needs(KAFKA, "kairos mail preview mia"))
def mail() -> None:
    """The mails that people get, and what writes them."""


mail.add_command(check)
mail.add_command(check_raw_command)
mail.add_command(bank)
mail.add_command(budget)
mail.add_command(example)
mail.add_command(evaluate)


@mail.command(
    epilog=needs(
        f"{READ_MODEL}, and {KAFKA}",
        "kairos mail preview mia",
        "kairos mail preview mia --language ja --open",
    )
)
@click.argument("user", metavar="USER")
@click.option("--language", type=click.Choice(["ja", "en"]), help="That of the person by default.")
@click.option("--campaign", default="job-digest", show_default=True, help="Of the policy.")
@click.option("--html", "file", type=click.Path(path_type=Path), help="Write the HTML part here.")
@click.option("--open", "show", is_flag=True, help="Show the HTML part in your browser.")
def preview(user: str, language: Language | None, campaign: str, file: Path | None, show: bool) -> None:
    """Show the mail that a person would get now. Nothing is sent, and nothing is decided.

    It is made as the worker `mail` makes it: of the jobs and events of now, with the model of the settings if
    there is a key (which costs what a mail costs), else from the bank of sentences. USER is the id of a user
    in your database, as text.
    """
    settings, profile = load(), profile_now(user)
    logs.setup("mail", "WARNING")  # what goes wrong is said on stderr
    text = asyncio.run(written(settings, decision_for(profile, language, campaign)))
    click.echo(f"Subject: {text.subject}\nPreheader: {text.preheader}\n\n{text.text}", nl=False)
    if show and file is None:
        file = Path(mkdtemp(prefix="kairos-")) / "mail.html"
    if file is not None:
        file.write_text(text.html or "", "utf-8")
        click.echo(f"The HTML part is in {file}", err=True)
    if show:
        click.launch(str(file))


def decision_for(profile: EnrichedProfile, language: Language | None, campaign: str) -> SendDecision:
    """A decision to write to a person now, which nobody made."""
    now = now_ms()
    spoken: Language = language or ("ja" if profile.preferred_language == "ja" else "en")
    return SendDecision(
        id=f"{profile.id}:preview",
        person=profile.id,
        verdict="send",
        because="a preview",
        campaign=campaign,
        address_hash=address_hash(profile.email) if profile.email else None,
        decided_at=from_epoch_ms(now),
        valid_until=from_epoch_ms(now + HOUR_MS),
        brief=brief_of(FieldsView(profile.model_dump()), spoken, None),
    )


async def written(settings: Settings, decision: SendDecision) -> MailText:
    """The mail of a decision, as the worker writes it."""
    board, events = await asyncio.gather(
        asyncio.to_thread(board_now, settings), asyncio.to_thread(events_now, settings)
    )
    return await mail_writer(settings, board, events).write(decision)


def board_now(settings: Settings) -> LiveBoard:
    """The jobs that there are now; raises ReadingError."""
    board = LiveBoard(Board(TableEmbedder()))
    changes = load_sources(settings.kairos_sources).changes.get(JOBS)
    with reading(settings) as reader:
        for topic in TOPICS:
            board.apply(list(changes_of(reader.read(topic), changes)))
    board.begin()
    return board


def events_now(settings: Settings) -> HeldEvents:
    """The events that there are now; raises ReadingError."""
    events = HeldEvents(load_sources(settings.kairos_sources).changes.get(EVENTS))
    with reading(settings) as reader:
        events.apply(list(reader.read(events.topic)))
    events.caught_up(now_ms())
    return events
