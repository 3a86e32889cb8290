"""The ahead-of-time caches of Java, without a Java."""

from pathlib import Path

import pytest

from deploy.embedded import aot


@pytest.fixture
def java(tmp_path: Path) -> list[str]:
    """A Java command whose program can be replaced."""
    program = tmp_path / "java"
    program.write_text("one")
    return [str(program), "-Xmx1g", "-cp", "a.jar"]


def recorded(command: list[str], folder: Path) -> None:
    """Write the cache that the command names, as Java does when it ends."""
    assert list(folder.iterdir()) == []
    option = next(word for word in command if word.startswith("-XX:AOTCacheOutput="))
    Path(option.partition("=")[2]).write_text("cache")


def unknown(_command: list[str], _folder: Path) -> None:
    """Write nothing, as a Java does that knows no caches."""


def again(_command: list[str], _folder: Path) -> None:
    pytest.fail("it is made once")


def test_a_command_uses_its_cache_once_that_is_made(java: list[str], tmp_path: Path) -> None:
    """The options stand before the others; nothing else is left in the folder."""
    assert aot.with_cache(java, tmp_path) == java
    aot.make_cache(java, tmp_path, recorded)
    path = aot.cache_path(java, tmp_path)

    assert path.read_text() == "cache"
    assert aot.with_cache(java, tmp_path) == [java[0], aot.SILENT, f"-XX:AOTCache={path}", *java[1:]]
    assert list(path.parent.iterdir()) == [path]
    aot.make_cache(java, tmp_path, again)


def test_another_command_and_another_java_have_another_cache(java: list[str], tmp_path: Path) -> None:
    """Other options, other jars, and a Java that was replaced under the same name."""
    aot.make_cache(java, tmp_path, recorded)
    paths = [aot.cache_path(command, tmp_path) for command in (java, [*java[:-1], "b.jar"], java[:1])]
    Path(java[0]).unlink()
    Path(java[0]).write_text("another")
    paths.append(aot.cache_path(java, tmp_path))

    assert len(set(paths)) == 4
    assert aot.with_cache(java, tmp_path) == java


def test_a_java_without_caches_is_asked_once(java: list[str], tmp_path: Path) -> None:
    """It leaves an empty one, which no Java uses."""
    aot.make_cache(java, tmp_path, unknown)
    aot.make_cache(java, tmp_path, again)

    assert aot.cache_path(java, tmp_path).read_bytes() == b""


def test_a_failed_start_leaves_no_cache(java: list[str], tmp_path: Path) -> None:
    """The next one may succeed."""

    def failed(_command: list[str], folder: Path) -> None:
        (folder / "cache").write_text("half")
        raise OSError("no space")

    with pytest.raises(OSError, match="no space"):
        aot.make_cache(java, tmp_path, failed)
    assert aot.with_cache(java, tmp_path) == java
    assert list((tmp_path / "aot").iterdir()) == []
