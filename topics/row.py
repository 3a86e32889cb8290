"""A row of the catalogue, and what its columns are made of."""

from dataclasses import dataclass

from pydantic import BaseModel

DAY_MS = 86_400_000
PLANNED: tuple[str, ...] = ()  # workers that are named here and do not exist yet
OUTSIDE = "outside"  # programs that are not ours


@dataclass(frozen=True)
class Topic:
    """One topic: its payloads, key, broker settings, producers, consumers, and its purpose (`why`).

    `partitions` None means the fleet's number (`KAIROS_PARTITIONS`): such topics are co-partitioned.
    `configs` are the broker's settings, as strings. An empty `payload` means arbitrary bytes.
    """

    name: str
    payload: tuple[type[BaseModel], ...]
    key: str
    configs: dict[str, str]
    producers: tuple[str, ...]
    consumers: tuple[str, ...]
    why: str
    partitions: int | None = None


def compacted(**settings: str) -> dict[str, str]:
    """The configs of a topic that keeps the last record of every key, and tombstones for 30 days.

    `settings` are further ones, with `_` for the dots in their names.
    """
    return {"cleanup.policy": "compact", "delete.retention.ms": str(30 * DAY_MS)} | {
        name.replace("_", "."): value for name, value in settings.items()
    }


def deleted_after(days: int) -> dict[str, str]:
    """The configs of a topic whose records are deleted after some days."""
    return {"cleanup.policy": "delete", "retention.ms": str(days * DAY_MS)}
