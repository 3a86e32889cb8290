"""Where downloads, compiled classes and the state of detached services are kept."""

import os
from pathlib import Path


def home() -> Path:
    """Give Kairos' folder in the user's cache (`XDG_CACHE_HOME`, else `~/.cache`), made when missing."""
    base = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    folder = Path(base).expanduser() / "kairos"
    folder.mkdir(parents=True, exist_ok=True)
    return folder
