"""Ahead-of-time caches of Java (JEP 483, 514): a server starts with its classes loaded and linked.

Java ignores a cache that is damaged or of another Java, but does not compare the jars: the name of a cache
stands for the whole class path, in which each jar has its checksum. A Java older than 25 knows no caches.
"""

import hashlib
import os
import tempfile
from collections.abc import Callable
from pathlib import Path

# what Java says of the parts of a cache that it cannot use needs nobody's attention
SILENT = "-Xlog:aot*=off"


def with_cache(java: list[str], home: Path) -> list[str]:
    """A Java command (the program, its options, the class path) with its cache, when that has been made.

    `home` is the cache folder.
    """
    path = cache_path(java, home)
    return [java[0], SILENT, f"-XX:AOTCache={path}", *java[1:]] if path.exists() else java


def cache_path(java: list[str], home: Path) -> Path:
    """The cache of a Java command; another Java, option or jar has another one."""
    changed = Path(java[0]).stat().st_mtime_ns
    return home / "aot" / f"{hashlib.sha256(repr((java, changed)).encode()).hexdigest()[:16]}.aot"


def make_cache(java: list[str], home: Path, run_once: Callable[[list[str], Path], None]) -> None:
    """Make the cache of a Java command unless it is there.

    `run_once` gets the command that records, and an empty folder; it starts the server and stops it gently.
    A Java that knows no caches leaves an empty one, so that it is not asked again.
    """
    path = cache_path(java, home)
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=path.parent, prefix="recording-") as folder:
        cache = Path(folder) / "cache"
        run_once([java[0], SILENT, f"-XX:AOTCacheOutput={cache}", *java[1:]], Path(folder))
        cache.touch()
        os.replace(cache, path)
