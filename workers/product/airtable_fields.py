"""Which fields of a table are asked for, and what is said when some are missing. Pure."""

from workers.product.airtable_records import CREATED
from workers.product.field_rules import OWN_ID
from workers.product.sources import Source


def wanted(source: Source, there: frozenset[str]) -> frozenset[str]:
    """Those of the fields of a table that the mapping reads."""
    return there & frozenset(source.roots)


def missing(source: Source, there: frozenset[str], before: frozenset[str], place: str) -> str | None:
    """The line on fields that the mapping names and the table does not have; None when all are there.

    `before` are those that were read until now: one of them that is gone was renamed or deleted. Others
    under our own names need not be there.
    """
    roots = {path[0]: rule.name for rule in source.fields for path in (*rule.paths, *rule.compared_paths)}
    named = {root: name for root, name in roots.items() if root not in (name, OWN_ID, CREATED)}
    named |= {path[0]: "where" for path in source.where_paths if path[0] not in (OWN_ID, CREATED)}
    absent = sorted(name for name in named if name not in there)
    if absent:
        rules = ", ".join(f"“{name}” (for {source.topic}.{named[name]})" for name in absent)
        return f"table {place} of Airtable has no field {rules}: correct the names in KAIROS_SOURCES"
    if gone := sorted(before - there):
        names = ", ".join(f"“{name}”" for name in gone)
        return (
            f"table {place} of Airtable has no field {names} any more, which topic {source.topic} was read "
            "from: name its new field in KAIROS_SOURCES, or false if it is really gone"
        )
    if not wanted(source, there):
        return f"table {place} of Airtable has no field of topic {source.topic}: name them in KAIROS_SOURCES"
    return None
