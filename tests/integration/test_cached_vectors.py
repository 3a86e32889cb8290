"""Vectors of texts in a real Redis."""

import uuid
from typing import Any

import numpy as np
import pytest

from tests.integration.serving import delete_keys
from tests.unit.board.embedders import ScriptedEmbedder
from workers.board.cached_embedder import BATCH, KEPT_SECONDS, CachedEmbedder
from workers.runtime.process.redis_connection import connect
from workers.runtime.process.settings import Settings

pytestmark = pytest.mark.wire
TEXTS = [f"{title} {number}" for number in range(BATCH) for title in ("Nurse", "調理師")]


def test_what_one_serve_has_embedded_the_next_one_reads(services: Any) -> None:
    """The same vectors to the last bit, of several commands, and each value leaves after 90 days."""
    settings = Settings(redis_url=services.redis_url, kairos_prefix=f"t{uuid.uuid4().hex[:12]}-")
    first, second = ScriptedEmbedder(), ScriptedEmbedder()
    with connect(settings, 10) as redis:
        try:
            made = CachedEmbedder(first, redis, settings).embed(TEXTS)
            read = CachedEmbedder(second, redis, settings).embed(TEXTS)
            keys: Any = redis.keys(settings.name("emb:scripted:1:*"))
            left: Any = redis.ttl(keys[0])
            size: Any = redis.strlen(keys[0])
        finally:
            delete_keys(redis, settings)

    assert (len(first.asked), second.asked) == (len(TEXTS), [])
    assert np.array_equal(made, read)
    assert len(keys) == len(TEXTS)
    assert KEPT_SECONDS - 60 < left <= KEPT_SECONDS
    assert size == 4 + first.dims
