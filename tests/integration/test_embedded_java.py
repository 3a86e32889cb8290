"""Our Java sources, compiled on the bundled runtime."""

import subprocess
from pathlib import Path

import pytest

from deploy.embedded import Services, ServicesError, cache, jars, java, kafka_node
from deploy.embedded.failure import silent

pytestmark = pytest.mark.wire


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A cache folder with all jars and no classes."""
    for section in ("mongo", "compiler"):
        jars.class_path(section, section, cache.home(), silent)
    (tmp_path / "jars").symlink_to(cache.home() / "jars")
    return tmp_path


def test_the_sources_are_compiled_once(home: Path) -> None:
    """The first call compiles and reports it; the second uses the classes."""
    progress: list[str] = []
    path = java.mongo_class_path(java.find_java(), home, progress.append)
    assert progress == ["compiling the change streams"]
    assert (Path(path.partition(":")[0]) / "kairos" / "MongoLauncher.class").exists()
    assert java.mongo_class_path(java.find_java(), home, pytest.fail) == path


def test_a_source_that_does_not_compile_is_named(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The compiler's output is in the error, and no classes are left."""
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "Broken.java").write_text("class Broken { int x = ; }")
    monkeypatch.setattr(java, "SOURCES", tmp_path / "src")
    with pytest.raises(ServicesError, match=r"(?s)do not compile.*Broken\.java"):
        java.mongo_class_path(java.find_java(), home, silent)
    assert list((home / "classes").iterdir()) == []


@pytest.mark.parametrize("damaged", [False, True])
def test_java_uses_the_cache_of_kafka_unless_it_is_damaged(tmp_path: Path, damaged: bool) -> None:
    """It fits the Java that made it; a damaged one keeps no Java from its start."""
    Services.make_caches()
    program, *options = kafka_node.prepare(cache.home(), silent)
    made = next(word.partition("=")[2] for word in options if word.startswith("-XX:AOTCache="))
    if damaged:
        (tmp_path / "damaged").write_bytes(b"no cache" + Path(made).read_bytes()[8:])
        options = [word.replace(made, str(tmp_path / "damaged")) for word in options]

    def starts(mode: str) -> bool:
        command = [program, f"-XX:AOTMode={mode}", *options, "-version"]
        return subprocess.run(command, capture_output=True, check=False).returncode == 0

    assert starts("on") is not damaged  # `on`: only with the cache
    assert starts("auto")
