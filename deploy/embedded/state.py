"""The stored state of detached services: their supervisor, addresses and process ids."""

import fcntl
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO

FILE = "services.json"
LOCK = "services.lock"


@dataclass(frozen=True)
class State:
    """What a supervisor writes once its services answer."""

    supervisor: int
    data: str
    urls: dict[str, str]
    pids: dict[str, int]


def claim(home: Path) -> IO[str] | None:
    """Claim a folder as its only supervisor; None when it is claimed. The claim ends with the process."""
    home.mkdir(parents=True, exist_ok=True)
    file = (home / LOCK).open("a+", encoding="utf-8")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        file.close()
        return None
    return file


def write(home: Path, state: State) -> None:
    """Write the state, whole or not at all."""
    partial = home / f"{FILE}.part"
    partial.write_text(json.dumps(asdict(state)), "utf-8")
    partial.replace(home / FILE)


def remove(home: Path) -> None:
    """Delete the state."""
    (home / FILE).unlink(missing_ok=True)


def read(home: Path) -> State | None:
    """The state of the running supervisor; None without one, even if a killed one has left its file."""
    lock = claim(home)
    if lock is not None:
        lock.close()
        return None
    try:
        return State(**json.loads((home / FILE).read_text("utf-8")))
    except (FileNotFoundError, ValueError, TypeError):
        return None
