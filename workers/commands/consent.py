"""`kairos consent`: who agreed to be written to, and for what."""

import click

from schemas.model import from_epoch_ms
from workers.commands.help import KAFKA, CommandGroup, needs
from workers.commands.permission_import import file_options, import_file
from workers.commands.permission_records import who_am_i
from workers.commands.permission_rows import ImportDefaults, consents_of, fold_purpose
from workers.runtime.process.clock import now_ms


@click.group(cls=CommandGroup, epilog=needs(KAFKA, "kairos consent import consents.csv"))
def consent() -> None:
    """Who agreed to be written to, for which purpose, since when, and how that is known."""


@consent.command(
    name="import",
    epilog=needs(
        KAFKA, "kairos consent import consents.csv", "kairos consent import list.csv --purpose news"
    ),
)
@file_options
@click.option("--purpose", default="mail", show_default=True, help="Of rows that do not say it; one word.")
@click.option("--source", default="import", show_default=True, help="Of rows that do not say it.")
def import_(file: str, purpose: str, source: str, **options: str | None) -> None:
    """Read consents from a file: CSV with a header, JSON or JSON Lines.

    Fields: person (or id) and email, either or both; given (yes or no); purpose, source, at. A refusal
    counts for the person and for whoever has the address. Rows that cannot be used, such as those that do
    not say whether it was given, are named on stderr and left out; the exit code is 1 then. It can be
    repeated.
    """
    defaults = ImportDefaults(from_epoch_ms(now_ms()), who_am_i(), fold_purpose(purpose), source)
    import_file("consents", file, consents_of, defaults, options)
