"""The states of the worker, as compact structs. All times are epoch milliseconds.

The structs are stored as arrays, so the order of their fields is the stored format: fields are never
reordered or removed, and a new field goes to the end and has a default.
"""

import msgspec


class StoredChoice(msgspec.Struct, array_like=True):
    """The choice of a variation in a type, as it was logged."""

    arm: str
    segment: str
    probabilities: dict[str, float]
    reason: str
    type: str = "subject"


class MailState(msgspec.Struct, array_like=True):
    """What is known of the mail of a decision, in whatever order it came.

    `began_at` is when the first record about it was read, from `partition`. `clicks` are requests of links
    with their times, as JSON. `void`: nobody can have seen the mail. `said` is what was said last of how it
    ended, None for nothing; `programs` goes with it. `look_at` is when to look again. `others` are the
    choices of the other types.
    """

    decision: str
    person: str
    partition: int
    began_at: int
    choice: StoredChoice | None = None
    handed_over_at: int | None = None
    clicks: list[tuple[int, str]] = []
    void: bool = False
    said: bool | None = None
    programs: int = 0
    look_at: int | None = None
    others: list[StoredChoice] = []

    @property
    def choices(self) -> list[StoredChoice]:
        """The choice of each type."""
        return [*([] if self.choice is None else [self.choice]), *self.others]


class CellState(msgspec.Struct, array_like=True):
    """The evidence of a variation in a segment (see `workers.recommend.variations.evidence`).

    `clicked` counts the human clicks of all time. `heard_from` has the place of the last outcome of each
    partition, in its own order.
    """

    arm: str
    segment: str
    clicks: float = 0.0
    windows: float = 0.0
    at: int = 0
    closed: int = 0
    clicked: int = 0
    heard_from: dict[str, tuple[int, int, str, bool]] = {}
