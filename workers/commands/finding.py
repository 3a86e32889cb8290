"""What a check has found, one line each."""

from typing import Literal, NamedTuple

Level = Literal["ok", "note", "wrong"]
SIGNS: dict[Level, str] = {"ok": "ok", "note": "note", "wrong": "WRONG"}


class Finding(NamedTuple):
    """What was looked at and what is said of it. `note`: the fleet works, though not as it might; `wrong`:
    see the help of the check.
    """

    level: Level
    about: str
    says: str
