"""Vectors of OpenAI over HTTP: batches, texts that are refused, answers that are none, and the board."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import numpy as np
import pytest
from structlog.testing import capture_logs

from deploy.embedded.openai.vectors import text_vector
from schemas.documents import Job
from tests.standins.openai import REFUSED, OpenAI, Reply, failed, stand_in
from tests.unit.board.test_cached_embedder import VectorsInMemory
from tests.unit.recommend.boards import NOW, TITLES, job
from workers.board.board_changes import BoardChange
from workers.board.embedders import live_board
from workers.board.openai_embedder import (
    MOST_LETTERS,
    MOST_TEXTS,
    MOST_TOGETHER,
    OpenAIEmbedder,
    batches,
    openai_embedder,
)
from workers.recommend.centring import TYPICAL, centred
from workers.recommend.embedding import EmbedderError, Vectors, label
from workers.runtime.process.settings import load

DIMS = OpenAIEmbedder.dims


@asynccontextmanager
async def served(*replies: Reply, **environment: str) -> AsyncIterator[tuple[OpenAIEmbedder, OpenAI]]:
    """An embedder and the server that it asks."""
    async with stand_in(*replies) as server:
        given = {"OPENAI_API_KEY": "not-a-key", "OPENAI_BASE_URL": server.url, "KAIROS_EMBEDDER": "openai"}
        with openai_embedder(load(given | environment)).client as client:
            yield OpenAIEmbedder(client), server


async def embed(embedder: OpenAIEmbedder, *texts: str) -> Vectors:
    """In a thread, as serve does; the server runs in this one."""
    return await asyncio.to_thread(embedder.embed, texts)


def expected(*texts: str) -> Vectors:
    mean = np.stack([text_vector(text, DIMS) for text in TYPICAL]).mean(axis=0)
    return centred(np.stack([text_vector(text, DIMS) for text in texts]), mean)


async def test_texts_become_centred_vectors_in_their_order() -> None:
    """The request has what the settings and the class say; the mean is asked for once."""
    async with served() as (embedder, server):
        vectors = await embed(embedder, "Nurse", "Cook")
        await embed(embedder, "Welder")

    assert vectors.dtype == np.float32
    assert vectors == pytest.approx(expected("Nurse", "Cook"), abs=1e-5)
    assert abs(float(vectors[0] @ vectors[1])) < 0.3  # without the mean it would be 0.9
    assert [each["input"] for each in server.requests] == [list(TYPICAL), ["Nurse", "Cook"], ["Welder"]]
    assert {(each["model"], each["dimensions"]) for each in server.requests} == {
        ("text-embedding-3-small", 384)
    }


async def test_a_request_has_256_texts_at_most() -> None:
    texts = [f"Nurse {number}" for number in range(2 * MOST_TEXTS + 1)]
    async with served() as (embedder, server):
        vectors = await embed(embedder, *texts)

    assert [len(each["input"]) for each in server.requests[1:]] == [MOST_TEXTS, MOST_TEXTS, 1]
    assert vectors == pytest.approx(expected(*texts), abs=1e-5)


async def test_texts_that_cannot_be_sent_say_nothing() -> None:
    """The server refuses empty ones; a text that is too long is cut, and what is no UTF-8 replaced."""
    async with served() as (embedder, server):
        vectors = await embed(embedder, "", " …", "\ud800 nurse", "a" * 100_000)

    assert server.requests[-1]["input"] == ["? nurse", "a" * MOST_LETTERS]
    assert np.linalg.norm(vectors, axis=1).tolist() == pytest.approx([0, 0, 1, 1], abs=1e-5)


def test_the_letters_of_a_request_are_bounded() -> None:
    """And every text is in one."""
    texts = ["a" * MOST_LETTERS, ""] * 200
    found = list(batches(texts))

    assert [number for batch in found for number in batch] == list(range(0, 400, 2))
    assert all(sum(len(texts[number]) for number in batch) <= MOST_TOGETHER for batch in found)
    assert list(batches(["", ""])) == []


async def test_a_refused_text_is_found_and_says_nothing() -> None:
    """The others have their vectors; one line for all of them."""
    texts = [REFUSED if number in (3, 70) else f"Nurse {number}" for number in range(100)]
    with capture_logs() as lines:
        async with served() as (embedder, _):
            vectors = await embed(embedder, *texts)

    good = [number for number, text in enumerate(texts) if text != REFUSED]
    assert not vectors[[3, 70]].any()
    assert vectors[good] == pytest.approx(expected(*[texts[number] for number in good]), abs=1e-5)
    assert [line["event"] for line in lines] == ["a text is refused, and says nothing"]


ONE = {"object": "embedding", "index": 0, "embedding": [1.0] * DIMS}


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        (failed(401, "invalid_api_key"), "status 401"),
        (failed(429, "insufficient_quota"), "status 429"),
        (failed(500), "status 500"),
        (failed(400, "model_not_found"), "status 400"),  # of the typical texts: no text is to blame
        (Reply("<html>"), "cannot be read"),
        (Reply({"object": "list", "data": []}), "No embedding data|cannot be read"),
        (Reply({"object": "list", "data": [ONE]}), "cannot be read"),  # of one text only
        (Reply({"object": "list", "data": [ONE | {"index": 999}]}), "cannot be read"),
        (Reply({"object": "list", "data": [ONE | {"embedding": [1.0]}] * len(TYPICAL)}), "cannot be read"),
        (Reply({"object": "list", "data": [{}]}), "cannot be read"),
    ],
)
async def test_a_failure_is_one_error_and_the_next_attempt_is_a_new_one(reply: Reply, said: str) -> None:
    """Whatever the server says; nothing of it is remembered."""
    async with served(reply) as (embedder, _):
        with pytest.raises(EmbedderError, match=said):
            await embed(embedder, "Nurse")
        assert (await embed(embedder, "Nurse")) == pytest.approx(expected("Nurse"), abs=1e-5)


async def test_a_server_that_does_not_answer_is_an_error() -> None:
    async with served(Reply({}, seconds=30), OPENAI_TIMEOUT_SECONDS="0.1") as (embedder, server):
        with pytest.raises(EmbedderError, match="APITimeoutError"):
            await embed(embedder, "Nurse")

    with pytest.raises(EmbedderError, match="APIConnectionError"):
        openai_embedder(load({"OPENAI_API_KEY": "k", "OPENAI_BASE_URL": server.url})).embed(["Nurse"])


def test_the_title_the_tags_and_the_description_are_embedded() -> None:
    embedder = openai_embedder(load({"OPENAI_API_KEY": "not-a-key"}))

    text = embedder.job_text(Job(id="1", title="Nurse", tags=["night", "ICU"], description="b" * 1_000))
    assert text == "Nurse\nnight ICU\n" + "b" * 400


async def test_the_board_of_the_settings_switches_to_it() -> None:
    """And a restart reads the vectors of jobs from the cache."""
    redis: Any = VectorsInMemory()
    async with stand_in() as server:
        settings = load({"OPENAI_API_KEY": "k", "OPENAI_BASE_URL": server.url, "KAIROS_EMBEDDER": "openai"})
        requests = []
        for _ in range(2):
            board = live_board(settings, redis)
            board.apply([BoardChange(title, NOW, job(title)) for title in TITLES])
            board.begin()
            await asyncio.to_thread(board.fill)
            assert label(board.embedder) == "openai:1"
            requests.append(len(server.requests))

    assert requests == [2, 3]  # the typical texts and the jobs, then those texts alone
    assert len([key for key in redis.values if key.startswith("emb:openai:1:")]) == len(TITLES)
