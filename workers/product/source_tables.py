"""The tables of `deploy/sources.toml`, without their fields: their keys, and what those say. Pure."""

from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, Field, StrictBool, StrictStr, ValidationError

SourceFormat = Literal["documents", "debezium"]  # what programs from outside write into an external topic


class MongoPlace(NamedTuple):
    """A database of MongoDB: the one of MONGO_URL and MONGO_DATABASE unless a cluster or a name is given.

    `cluster` is a name of MONGO_URLS.
    """

    cluster: str = ""
    database: str = ""


@dataclass(frozen=True)
class AirtableTable:
    """A table of Airtable; what is None is said by AIRTABLE_BASE or AIRTABLE_TABLE."""

    base: str | None = None
    table: str | None = None


class Table(BaseModel):
    """One table of the file; its `fields` and its `where` are checked later."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    collection: StrictStr | None = Field(default=None, pattern=r"^[^$\x00]+$")
    cluster: StrictStr = Field(default="", pattern=r"^[A-Za-z0-9_-]*$")
    database: StrictStr = Field(default="", pattern=r"^[^/\\. \"$\x00]{0,63}$")
    enabled: StrictBool = True
    external: StrictBool = False
    format: SourceFormat = "documents"
    fields: dict[str, Any] = {}
    where: dict[str, Any] = {}
    origin: Literal["mongo", "airtable"] = Field(default="mongo", alias="from")
    base: StrictStr | None = Field(default=None, pattern=r"^app[A-Za-z0-9]+$")
    table: StrictStr | None = Field(default=None, min_length=1)


def read_table(name: str, content: Any, problems: list[str]) -> Table:
    """The table of a topic, without the keys that are wrong, which are added to `problems`."""
    try:
        return Table.model_validate(content)
    except ValidationError as error:
        for item in error.errors(include_url=False):
            key = ".".join([name, *map(str, item["loc"])])
            names = (info.alias or name_ for name_, info in Table.model_fields.items())
            unknown = f"unknown key, there are {', '.join(names)}"
            problems.append(f"{key}: {unknown if item['type'] == 'extra_forbidden' else item['msg']}")
        wrong = {item["loc"][0] for item in error.errors(include_url=False) if item["loc"]}
        others = content.items() if isinstance(content, dict) and wrong else ()
        return read_table(name, {key: value for key, value in others if key not in wrong}, problems)


def airtable_of(name: str, table: Table, problems: list[str]) -> AirtableTable | None:
    """The table of Airtable that a table of the file names, None for a collection of MongoDB."""
    is_airtable = table.origin == "airtable"
    wrong = ("collection", "cluster", "database") if is_airtable else ("base", "table")
    problems.extend(
        f"{name}.{key}: is for another source, this one is from {table.origin}"
        for key in wrong
        if getattr(table, key)
    )
    return AirtableTable(table.base, table.table) if is_airtable else None
