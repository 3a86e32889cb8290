"""Options that take a time, in any of the forms in which documents have one."""

from datetime import UTC, datetime

import click

from workers.product.reading.dates import read_time
from workers.product.reading.values import UnreadableError


def read_moment(context: click.Context, option: click.Parameter, value: str | None) -> datetime | None:
    """The time of a text, UTC unless it says otherwise; a day is its midnight. BadParameter for no time."""
    try:
        moment = None if value is None else read_time(value)
    except UnreadableError as error:
        raise click.BadParameter(str(error)) from None
    if value is not None and moment is None:
        raise click.BadParameter(f"{value!r} is no time, such as 2026-03-01 or 2026-03-01T09:00+09:00")
    return None if moment is None else moment.astimezone(UTC)


at_option = click.option("--at", metavar="TIME", callback=read_moment, help="As it was at this time.")
