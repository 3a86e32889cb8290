"""`kairos mail bank`: the sentences that mails are made of where no model writes them."""

import asyncio
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import click

from workers.commands.help import NOTHING, CommandGroup, needs
from workers.runtime.process import logs
from workers.runtime.process.clock import now_ms
from workers.runtime.process.redis_connection import connect_async
from workers.runtime.process.settings import Settings, SettingsError, load
from workers.writing.bank_check import checked_bank
from workers.writing.bank_sentences import bank_sentences
from workers.writing.bank_setting import bank_of
from workers.writing.bank_shape import BankProblem
from workers.writing.bank_tables import Bank
from workers.writing.bank_toml import bank_toml

if TYPE_CHECKING:
    from workers.writing.bank_harvest import Harvest

DAY_SECONDS = 86_400.0  # after which the Batch API gives up itself
TURN_SECONDS = 600.0  # for which a live call waits for its turn
REDIS_SECONDS = 2.0
MOST = 100  # variations
MODEL = "a key of OpenAI (OPENAI_API_KEY)"


@click.group(cls=CommandGroup, epilog=needs(NOTHING, "kairos mail bank check bank.toml"))
def bank() -> None:
    """The sentences that mails are made of where no model writes: write new ones, check."""


@bank.command(
    epilog=needs(
        f"{MODEL}; Redis (REDIS_URL), to go on with a batch later",
        "kairos mail bank write --per 5",
        "kairos mail bank write --per 2 --live --out new-bank.toml",
    )
)
@click.option(
    "--per", "count", type=click.IntRange(1, MOST), required=True, help="So many variations of each text."
)
@click.option(
    "--out",
    "file",
    type=click.Path(path_type=Path),
    default=Path("bank.toml"),
    show_default=True,
    help="The file that is written.",
)
@click.option("--live", is_flag=True, help="Call by call: in minutes, at twice the price.")
def write(count: int, file: Path, live: bool) -> None:
    """Have a model write new sentences, for a person to review.

    They are asked for in a batch, at half the price, which takes minutes to a day. It may be interrupted: the
    same command goes on with it. For each section in each language, and for each class of readers, so many
    variations of each text are asked for; what the gate lets through and the bank does not have yet is in the
    file, below the bank's own sentences. Those of invitations stay as they are.
    """
    settings = load()
    present = bank_of(settings)
    if file.exists():
        raise click.BadParameter(f"{file} is there already; name another file", param_hint="--out")
    if not file.parent.is_dir():
        raise click.BadParameter(f"there is no folder {file.parent}", param_hint="--out")
    logs.setup("mail", "WARNING")  # what goes wrong is said on stderr
    if not live:
        click.echo("Waiting for the batch; the same command goes on with it if this one ends.", err=True)
    harvest = asyncio.run(harvested(settings, present, count, live))
    click.echo(report(harvest))
    if not harvest.kept:
        raise click.ClickException("there is no new sentence, and no file was written")
    file.write_text(bank_toml(present, harvest.new), "utf-8")
    click.echo(f"Read {file}, then set EMAIL_GENERATION_BANK={file}")


@bank.command(epilog=needs(NOTHING, "kairos mail bank check bank.toml"))
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def check(file: Path) -> None:
    """Say what is wrong with a file of sentences, line by line; the exit code is 1 then.

    All of its sentences must be let through by the gate, as the mails that are made of them.
    """
    try:
        found, problems = checked_bank(file.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise click.ClickException(f"{file} cannot be read: {error}") from None
    for problem in problems:
        click.echo(problem_line(file, problem))
    if problems:
        raise click.exceptions.Exit(1)
    click.echo(f"{file}: {sum(1 for _ in bank_sentences(found))} sentences, all of them let through")


async def harvested(settings: Settings, present: Bank, count: int, live: bool) -> "Harvest":
    """New sentences for a bank, by the model of the settings; SettingsError without a key."""
    from workers.writing.bank_writing import written_in_batch, written_live  # openai is slow to import
    from workers.writing.openai_client import batch_lane, model_call

    if settings.openai_api_key is None:
        raise SettingsError("OPENAI_API_KEY is missing: a model writes the sentences")
    redis = connect_async(settings, REDIS_SECONDS)
    call = model_call(settings, settings.openai_api_key.get_secret_value(), redis, now_ms)
    try:
        if live:
            at_once = settings.email_generation_batch_size
            return await written_live(present, count, call, at_once, TURN_SECONDS)
        lane = batch_lane(settings, call, redis, now_ms)
        return await written_in_batch(present, count, lane, DAY_SECONDS)
    finally:
        await call.close()
        await redis.aclose()


def report(harvest: "Harvest") -> str:
    """What was asked for, and what became of it."""
    rows = [
        ("asked", f"{harvest.asked} texts"),
        ("unanswered", counted(harvest.unanswered)),
        ("refused", counted(harvest.refused)),
        ("twice", str(harvest.twice)),
        ("kept", str(harvest.kept)),
        ("cost", f"${harvest.micro_dollars / 1_000_000:.6f}"),
    ]
    return "\n".join(f"{name:<11}{value}" for name, value in rows)


def counted(counts: Counter[str]) -> str:
    """`7 (digits 4, vocabulary 3)`."""
    each = ", ".join(f"{name} {count}" for name, count in counts.most_common())
    return f"{counts.total()} ({each})" if each else "0"


def problem_line(file: Path, problem: BankProblem) -> str:
    """What is wrong, behind the file and the line."""
    where = f"{file}" if problem.line is None else f"{file}:{problem.line}"
    return ": ".join(filter(None, (where, problem.place, problem.detail)))
