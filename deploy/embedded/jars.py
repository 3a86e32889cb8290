"""The jars: listed with their checksums in `jars.lock`, fetched once, verified at every start."""

import contextlib
import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path
from typing import NamedTuple

from deploy.embedded.failure import Report, ServicesError

LOCK = Path(__file__).with_name("jars.lock")
PARALLEL_DOWNLOADS = 6
ATTEMPTS = 3


class Jar(NamedTuple):
    """One line of the lock."""

    group: str
    artifact: str
    version: str
    sha256: str

    @property
    def coordinate(self) -> str:
        """`group:artifact:version`, as Maven writes it."""
        return f"{self.group}:{self.artifact}:{self.version}"

    def path(self, home: Path) -> Path:
        """The path of the verified copy; its name has the checksum, so that versions never collide."""
        return home / "jars" / f"{self.artifact}-{self.version}-{self.sha256[:12]}.jar"


def read_lock(section: str, lock: Path = LOCK) -> list[Jar]:
    """The jars of one `[section]`; ServicesError for a line other than `group:artifact:version sha256`."""
    jars: list[Jar] = []
    current = ""
    for number, line in enumerate(lock.read_text("utf-8").splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        if line.startswith("["):
            current = line.strip("[] ")
        elif current == section:
            jars.append(_jar(line, f"{lock.name} line {number}"))
    if not jars:
        raise ServicesError(f"{lock.name} has no section [{section}]")
    return jars


def _jar(line: str, location: str) -> Jar:
    coordinate, _, sha256 = line.partition(" ")
    parts = coordinate.split(":")
    if len(parts) != 3 or len(sha256) != 64:
        raise ServicesError(f"{location}: expected `group:artifact:version sha256`, got {line!r}")
    return Jar(parts[0], parts[1], parts[2], sha256)


def class_path(section: str, title: str, home: Path, report: Report, lock: Path = LOCK) -> str:
    """The class path of a section. Missing jars are fetched; every jar on it matches its checksum.

    `title` names the section in progress lines; `home` is the cache folder.
    """
    jars = read_lock(section, lock)
    missing = [jar for jar in jars if not _is_intact(jar, home)]
    if missing:
        _fetch_all(missing, len(jars), title, home, report)
    return os.pathsep.join(str(jar.path(home)) for jar in jars)


def sha256_of(path: Path) -> str:
    """The hexadecimal SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _is_intact(jar: Jar, home: Path) -> bool:
    path = jar.path(home)
    return path.exists() and sha256_of(path) == jar.sha256


def _fetch_all(missing: list[Jar], total: int, title: str, home: Path, report: Report) -> None:
    done = total - len(missing)
    report(f"downloading {title} … {done} of {total} jars")
    with _staging(home) as staging, ThreadPoolExecutor(PARALLEL_DOWNLOADS) as pool:
        futures = [pool.submit(_fetch, jar, staging, home) for jar in missing]
        try:
            for future in as_completed(futures):
                future.result()
                done += 1
                report(f"downloading {title} … {done} of {total} jars")
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise


@contextlib.contextmanager
def _staging(home: Path) -> Iterator[Path]:
    home.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=home, prefix="download-") as folder:
        yield Path(folder)


def _fetch(jar: Jar, staging: Path, home: Path) -> None:
    # a jar in the repository of Maven or jgo is used when its checksum is right, else it is downloaded
    source = _resolve(jar, staging, local=True)
    if sha256_of(source) != jar.sha256:
        source = _resolve(jar, staging / "again", local=False)
    if sha256_of(source) != jar.sha256:
        raise ServicesError(f"checksum mismatch: {jar.coordinate} is not the file that {LOCK.name} names")
    target = jar.path(home)
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_suffix(f".{os.getpid()}")
    shutil.copyfile(source, partial)
    partial.replace(target)


def _resolve(jar: Jar, staging: Path, *, local: bool) -> Path:
    try:
        from jgo.constants import default_maven_repo
        from jgo.maven import MavenContext
    except ImportError:
        raise ServicesError("the package jgo is missing: install Kairos with its extra `embedded`") from None
    repositories = [Path(os.environ.get("M2_REPO") or default_maven_repo())] if local else []
    context = MavenContext(repo_cache=staging, local_repos=repositories)
    artifact = context.project(jar.group, jar.artifact).at_version(jar.version).artifact()
    for attempt in range(1, ATTEMPTS + 1):
        try:
            return Path(artifact.resolve())
        except Exception as error:
            if attempt == ATTEMPTS:
                raise ServicesError(f"cannot download {jar.coordinate}: {_reason(error)}") from error
            (staging / artifact.component.path_prefix / artifact.filename).unlink(missing_ok=True)
    raise AssertionError("unreachable")


def _reason(error: Exception) -> str:
    lines = str(error).splitlines() or [type(error).__name__]
    return lines[0][:200]
