"""How much of the history that a server keeps is left behind the position of a source. Pure."""

from typing import NamedTuple

ALARM_SHARE = 0.5  # of the history: when so much of it is used up, somebody has to look
ALARM_SECONDS = 3600.0  # of lag, where it is unknown how far the history reaches back


class History(NamedTuple):
    """Seconds of cluster time: the position's place, the server's newest change, and the oldest it keeps.

    `oldest` is None when that is unknown.
    """

    place: int
    newest: int
    oldest: int | None = None

    @property
    def lag(self) -> int:
        """Seconds by which the position is behind the server; never negative."""
        return max(0, self.newest - self.place)

    @property
    def window(self) -> int | None:
        """Seconds of history that the server keeps; None when unknown."""
        return None if self.oldest is None else max(0, self.newest - self.oldest)

    @property
    def left(self) -> int | None:
        """Seconds until the position's place would be lost at the present size of the history."""
        return None if self.oldest is None else self.place - self.oldest


def is_alarming(history: History) -> bool:
    """Whether history may be lost before the position gets on: half of what the server keeps is used up."""
    if history.left is None or history.window is None:
        return history.lag > ALARM_SECONDS
    return history.left < (1 - ALARM_SHARE) * history.window and history.lag > 0


def alarm_line(history: History) -> str:
    """One line on a position that is far behind, and what to do."""
    if history.left is None:
        return (
            f"the position is {history.lag:,} s behind MongoDB, and it is unknown how much history it keeps "
            "(this user may not read local.oplog.rs): if its oplog is shorter, everything is read anew"
        )
    if history.left <= 0:
        return (
            f"the position is {-history.left:,} s older than the oldest change that MongoDB keeps: "
            "everything is read anew; let the oplog keep more (replSetResizeOplog, minRetentionHours)"
        )
    return (
        f"the position is {history.lag:,} s behind MongoDB, which keeps {history.window or 0:,} s: in "
        f"{history.left:,} s history is lost and everything is read anew; find what holds capture up, or let "
        "the oplog keep more (replSetResizeOplog, minRetentionHours)"
    )
