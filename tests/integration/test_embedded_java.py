"""Our Java sources, compiled on the bundled runtime."""

from pathlib import Path

import pytest

from deploy.embedded import ServicesError, cache, jars, java
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
