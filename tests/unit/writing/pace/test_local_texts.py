"""Texts that one process keeps, and keys of texts."""

import pytest

from workers.writing.pace.local_texts import LocalTexts
from workers.writing.pace.text_cache import TextCache, key_of


def test_a_text_ends() -> None:
    texts = LocalTexts(10)
    texts.put("a", b"x", 5.0)

    assert (texts.get("a", 4.9), texts.get("a", 5.0), texts.get("b", 0.0)) == (b"x", None, None)


def test_the_text_that_was_not_used_for_the_longest_leaves() -> None:
    texts = LocalTexts(2)
    for key in ("a", "b"):
        texts.put(key, b"x", 5.0)
    texts.get("a", 0.0)
    texts.put("c", b"x", 5.0)

    assert [texts.get(key, 0.0) for key in ("a", "b", "c")] == [b"x", None, b"x"]
    assert len(texts) == 2


def test_what_a_person_used_is_cleared() -> None:
    texts = LocalTexts(10)
    for key in ("a", "b", "c"):
        texts.put(key, b"x", 5.0)
    texts.remember("a", "1")
    texts.remember("a", "2")
    texts.remember("b", "2")
    texts.remember("gone", "2")

    assert (texts.clear("2"), texts.clear("2"), texts.clear()) == (2, 0, 1)


async def test_without_redis_a_text_is_made_once_and_failures_are_not_kept() -> None:
    cache = TextCache(None, "a:", 60)

    async def fail() -> bytes:
        raise LookupError("no model")

    async def make() -> bytes:
        return b"x"

    with pytest.raises(LookupError):
        await cache.get_or_make("key", fail)
    assert await cache.get_or_make("key", make, person="1") == (b"x", False)
    assert await cache.get_or_make("key", fail) == (b"x", True)
    assert (await cache.clear("2"), await cache.clear("1"), await cache.clear()) == (0, 1, 0)


def test_a_key_depends_on_every_part_and_on_nothing_else() -> None:
    """The order of a mapping's names does not matter; a number is not its text."""
    key = key_of("v1", {"a": 1, "b": [2, None]}, "職")

    assert key == key_of("v1", {"b": [2, None], "a": 1}, "職")
    others = [("v1", "x"), ("v1x",), ("v1", 1), ("v1", "1"), ("v1", ["1"]), ("v1", None), ("\ud800",), ()]
    assert len({key, *(key_of(*parts) for parts in others)}) == len(others) + 1
    assert len(key) == 64
    with pytest.raises(TypeError):
        key_of(object())
