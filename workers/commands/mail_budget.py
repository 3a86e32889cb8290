"""`kairos mail budget`: what the calls for mails have cost today, and what is left."""

import asyncio
import json
from collections.abc import Iterator

import click

from workers.commands.help import REDIS, needs
from workers.commands.mail_standing import LimitsTaken, Taken, dollars, limits_taken
from workers.runtime.process.redis_connection import connect_async
from workers.runtime.process.settings import load

REDIS_SECONDS = 5.0


@click.command(epilog=needs(REDIS, "kairos mail budget", "kairos mail budget --json"))
@click.option("--json", "as_json", is_flag=True, help="Print JSON, for programs; money in micro-dollars.")
def budget(as_json: bool) -> None:
    """Show what all processes have spent on calls today (UTC), the daily budget, and what is left of it.

    Also calls and tokens of the last minute, and how many more the limits let through now. That counts a
    little longer than a minute, so less can be left than the difference.
    """
    taken = asyncio.run(taken_now())
    click.echo(json.dumps(as_data(taken)) if as_json else "\n".join(lines(taken)))


async def taken_now() -> LimitsTaken:
    """What was taken of the limits of the settings; raises what Redis raises."""
    settings = load()
    redis = connect_async(settings, REDIS_SECONDS)
    async with redis:
        await redis.ping()  # the error of the client says more than that of the limiter
        return await limits_taken(settings, redis)


def as_data(taken: LimitsTaken) -> dict[str, object]:
    """All of it as JSON; null where there is no budget."""
    return {
        "day": taken.day,
        "spent_micro_dollars": taken.spent,
        "budget_micro_dollars": taken.budget,
        "left_micro_dollars": taken.left,
        "calls": vars(taken.calls),
        "tokens": vars(taken.tokens),
    }


def lines(taken: LimitsTaken) -> Iterator[str]:
    """All of it as text."""
    yield f"spent   {money(taken)}"
    yield f"calls   {counted(taken.calls)}"
    yield f"tokens  {counted(taken.tokens)}"


def money(taken: LimitsTaken) -> str:
    """What was spent, of what, and what is left."""
    spent = f"{dollars(taken.spent)} on {taken.day} (UTC)"
    if taken.budget is None or taken.left is None:
        return f"{spent}; there is no daily budget (EMAIL_GENERATION_DAILY_BUDGET)"
    end = f"{dollars(taken.left)} left" if taken.left else "nothing left: the bank of sentences writes"
    return f"{spent} of {dollars(taken.budget)}, {end}"


def counted(taken: Taken) -> str:
    """How many in the last minute, of how many, and how many more now."""
    return f"{taken.last_minute:,} in the last minute of {taken.limit:,}, {taken.left:,} more now"
