"""Which base and table of Airtable a source means, by its mapping and the settings."""

from workers.product.source_tables import AirtableTable
from workers.product.sources import Source
from workers.runtime.process.settings import Settings


def named_table(source: Source, settings: Settings) -> tuple[str, str] | None:
    """The base and the table of a source; None when the settings lack a token, or nothing names a base."""
    named = source.table or AirtableTable()
    base = named.base or settings.airtable_base
    if settings.airtable_token is None or not base:
        return None
    return base, named.table or settings.airtable_table
