"""The folder for downloads, compiled classes and the state of detached services."""

import os
from pathlib import Path


def home() -> Path:
    """Kairos' folder in the user's cache (`XDG_CACHE_HOME`, else `~/.cache`), created when missing."""
    base = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    folder = Path(base).expanduser() / "kairos"
    folder.mkdir(parents=True, exist_ok=True)
    return folder
