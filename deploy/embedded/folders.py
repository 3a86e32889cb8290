"""Data folders: each is used by one process at a time; abandoned temporary ones are removed."""

import fcntl
import os
import shutil
import tempfile
from pathlib import Path
from typing import IO

from deploy.embedded.failure import ServicesError

PREFIX = "kairos-"
SETTLED_SECONDS = 600.0  # age from which an unclaimed folder is abandoned


def claim(data: Path) -> IO[str]:
    """Claim a folder for this process; the claim ends when the file is closed or the process ends."""
    file = (data / "lock").open("a+", encoding="utf-8")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        file.seek(0)
        owner = file.read().strip()
        file.close()
        raise ServicesError(f"the data folder {data} is used by process {owner or 'unknown'}") from None
    file.truncate(0)
    file.write(str(os.getpid()))
    file.flush()
    return file


def temporary() -> Path:
    """Create a temporary folder, and remove those that killed processes have left behind."""
    folder = Path(tempfile.mkdtemp(prefix=PREFIX))
    for other in folder.parent.glob(f"{PREFIX}*"):
        if other != folder and _is_left_over(other, folder.stat().st_mtime):
            shutil.rmtree(other, ignore_errors=True)
    return folder


def _is_left_over(folder: Path, now: float) -> bool:
    lock = folder / "lock"
    try:
        # a new folder may belong to a process that has not claimed it yet
        if lock.stat().st_uid != os.getuid() or now - lock.stat().st_mtime < SETTLED_SECONDS:
            return False
        with lock.open("a") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
