"""A chosen variation where a model writes: what it is told, what is shared, and what the gate makes of it."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from openai import AsyncOpenAI

from tests.standins.openai import OpenAI, Reply, Replying, completed, stand_in
from tests.standins.written_texts import texts_for
from tests.standins.written_texts import written as answered
from tests.unit.mail.mails import AT, PLAIN_RULES
from tests.unit.mail.test_mail_engine import BRIEFS, CASES, by_type, liking, made_for, written
from workers.mail.mail_engine import MailEngine
from workers.mail.measuring import outcome_of
from workers.writing.author import Author
from workers.writing.model_call import ModelCall
from workers.writing.pace.text_cache import TextCache

OWN = ("subject:as_written", "opening:as_written")


@asynccontextmanager
async def modelled(*replies: Reply | Replying) -> AsyncIterator[tuple[Author, OpenAI]]:
    """An author whose model is the stand-in, without Redis."""
    async with (
        stand_in(*(replies or (answered,))) as server,
        AsyncOpenAI(api_key="not-a-key", base_url=server.url, max_retries=0) as client,
    ):
        yield Author(ModelCall(client, "gpt-5-nano", 5.0), TextCache(None, "t:", 60), lambda: AT), server


def told(server: OpenAI) -> list[dict[str, Any]]:
    """What the model was told, by request."""
    return [json.loads(request["input"]) for request in server.requests]


@pytest.mark.parametrize(("kind", "language"), CASES)
async def test_a_model_is_told_how_to_write(kind: str, language: str) -> None:
    """Tone, length, and that code adds the call to action; the gate lets it through."""
    engine = liking("tone:professional", "length:brief", "call_to_action:question", *OWN)
    async with modelled() as (author, server):
        text = await written(engine, made_for(kind, language), author)

    styles = [each["style"] for each in told(server) if "style" in each]
    assert styles == [styles[0]]
    assert set(styles[0]) == {"tone", "length", "call to action"}
    assert len(server.requests) == (2 if kind == "digest" else 1)
    assert (text.writer, outcome_of(text)) == ("gpt", "whole")
    assert {each.arm for each in text.variations} >= {"tone:professional", *OWN}


@pytest.mark.parametrize(("kind", "language"), CASES)
async def test_the_control_group_shares_the_texts_that_there_were(kind: str, language: str) -> None:
    """A mail that is as always asks for what was always asked for: nothing is voided."""
    async with modelled() as (author, server):
        text = await written(MailEngine(rules=PLAIN_RULES), made_for(kind, language), author)

    assert not [each for each in told(server) if "style" in each]
    assert {by_type(text)[way].arm for way in ("subject", "opening")} == set(OWN)


async def test_texts_of_jobs_do_not_depend_on_the_variation() -> None:
    """Those of the sections are asked for once; around them people of one variation share a text."""
    async with modelled() as (author, server):
        for person, tone in (("ann", "casual"), ("bob", "friendly"), ("cem", "casual")):
            await written(liking(f"tone:{tone}", *OWN), made_for("digest", person=person), author)

    assert len(server.requests) == 3
    assert len([each for each in told(server) if "reader" not in each]) == 1


async def test_arms_of_the_bank_are_in_a_mail_that_a_model_writes() -> None:
    """A sentence of the bank in the place of the model's subject."""
    engine = liking("subject:interest", "opening:as_written")
    async with modelled() as (author, _):
        text = await written(engine, made_for("letter"), author)

    assert (text.writer, text.subject) == ("gpt", "Your interest in hiking")


@pytest.mark.parametrize(("kind", "language"), CASES)
async def test_what_the_gate_refuses_is_written_plainly_and_the_record_says_both(
    kind: str, language: str
) -> None:
    """What was chosen is what is learnt of; what was sent is said beside it."""
    async with modelled(completed("no JSON")) as (author, _):
        text = await written(liking("tone:casual", *OWN), made_for(kind, language), author)

    choices = by_type(text)
    assert (text.writer, outcome_of(text)) == ("template", "changed")
    assert choices["subject"].arm == "subject:as_written"
    assert choices["subject"].sent in choices["subject"].probabilities
    assert BRIEFS[language]["first_name"] in text.greeting


@pytest.mark.parametrize("language", BRIEFS)
async def test_a_closing_that_says_the_call_to_action_again_is_left_out(language: str) -> None:
    """The mail of the model goes out without it: the gate allows no sentence twice."""
    engine = liking("call_to_action:direct", "length:as_written", *OWN)
    async with modelled() as (author, _):
        said = (await written(engine, made_for("letter", language), author)).body[-1]

    def repeating(request: dict[str, Any]) -> Reply:
        return completed(json.dumps(texts_for(request) | {"closing": said}))

    async with modelled(repeating) as (author, _):
        text = await written(engine, made_for("letter", language), author)
    assert (text.writer, outcome_of(text)) == ("gpt", "whole")
    assert [*text.body, text.closing].count(said) == 1
