"""`kairos mail evaluate`: scores the mails that models, or the bank, write to made-up readers."""

import asyncio
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from workers.commands.help import NOTHING, needs
from workers.commands.mail_standing import dollars
from workers.runtime.process import logs
from workers.runtime.process.clock import now_ms
from workers.runtime.process.redis_connection import connect_async
from workers.runtime.process.settings import Settings, SettingsError, load

if TYPE_CHECKING:
    from workers.evaluate.mail_scores import MailScore

REDIS_SECONDS = 2.0
FILE = click.Path(dir_okay=False, path_type=Path)


@click.command(
    epilog=needs(
        f"{NOTHING} for the bank; for models a key, and Redis for the limits of the fleet",
        "kairos mail evaluate",
        "kairos mail evaluate --model gpt-5-nano --model gpt-5-mini --write now.json",
        "kairos mail evaluate --baseline now.json",
    )
)
@click.option(
    "--model", "models", multiple=True, help="Of OpenAI; several may be given. Default: OPENAI_MODEL."
)
@click.option("--bank", is_flag=True, help="The bank of sentences, too; alone without a key.")
@click.option("--baseline", type=FILE, help="Scores of before: exit code 1 when one is worse than it allows.")
@click.option("--write", type=FILE, help="Write the scores here, as JSON and as a baseline.")
def evaluate(models: tuple[str, ...], bank: bool, baseline: Path | None, write: Path | None) -> None:
    """Score the mails to golden readers, in both languages, by each model: is each whole, who wrote it, what
    did the gate refuse, what did it cost, how long did it take, how easy is it to read.

    Every mail is written anew, by calls that count for the limits and the budget as any other, after
    everybody else's. Readability is the Automated Readability Index of English (a school grade: less is
    easier), and the score of Tateisi, Ono and Yamada of Japanese (50 is usual: more is easier).

    A file of --write has `allowed`, how much worse each figure may become when it is the baseline; edit it.
    """
    from workers.commands import mail_evaluate_view as view
    from workers.evaluate.mail_baseline import baseline_bytes, read_baseline, regressions
    from workers.evaluate.mail_scores import groups_of

    logs.setup("mail", "ERROR")  # who takes over, and why, is a part of the scores
    before = read_baseline(baseline) if baseline else None
    if write is not None and not write.parent.is_dir():  # before anything is paid for
        raise click.BadParameter(f"there is no folder {write.parent}", param_hint="--write")
    scores = asyncio.run(scored(load(), models, with_bank=bank))
    groups = groups_of(scores)
    view.show(groups)
    if write is not None:
        write.write_bytes(baseline_bytes(groups, scores, before.allowed if before else None))
        click.echo(f"The scores are in {write}", err=True)
    worse = list(regressions(groups, before)) if before else []
    for line in worse:
        click.echo(f"worse: {line}")
    sys.exit(1 if worse else 0)


async def scored(settings: Settings, models: tuple[str, ...], *, with_bank: bool) -> list["MailScore"]:
    """The scores of these models, or of that of the settings; SettingsError for models without a key."""
    from workers.evaluate.mail_runs import most_cost, scores_of
    from workers.writing.openai_client import model_call  # openai is slow to import

    key = None if settings.openai_api_key is None else settings.openai_api_key.get_secret_value()
    if models and key is None:
        raise SettingsError("OPENAI_API_KEY is missing: without one only the bank of sentences can be scored")
    at_once = settings.email_generation_batch_size
    if key is None:
        return await scores_of([None], now_ms, at_once)
    names = tuple(dict.fromkeys(models)) or (settings.openai_model,)
    where = settings.openai_base_url or "OpenAI"
    most = sum(most_cost(name) for name in names)
    what = f"mails by {', '.join(names)}, which costs {dollars(most)} at most"
    click.echo(f"Asking {where} for {what}", err=True)
    async with connect_async(settings, REDIS_SECONDS) as redis:
        asked = [settings.model_copy(update={"openai_model": name}) for name in names]
        calls = [model_call(each, key, redis, now_ms) for each in asked]
        try:
            return await scores_of([*calls, None] if with_bank else calls, now_ms, at_once)
        finally:
            for call in calls:
                await call.close()
