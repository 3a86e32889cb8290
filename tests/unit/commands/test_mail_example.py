"""`kairos mail example`: the six parts of the document, without a key and with a model."""

import asyncio

from click.testing import CliRunner, Result

from tests.standins.openai import stand_in
from tests.standins.written_texts import written
from workers import cli
from workers.runtime.process.settings import SettingsError

PARTS = ("A single mail", "A batch", "Errors", "Figures", "Both languages", "The cache")


async def run(*arguments: str, **environment: str) -> Result:
    """What the command prints."""
    env = {"REDIS_URL": "redis://127.0.0.1:9/0", **environment}
    given = ["mail", "example", *arguments]
    return await asyncio.to_thread(lambda: CliRunner().invoke(cli.kairos, given, env=env))


async def test_e43_the_six_parts_run_without_a_key_and_without_a_service() -> None:
    """E43: in the order of the document, each with what it is about."""
    result = await run()
    text = result.stdout

    assert result.exit_code == 0, result.output
    assert [f"{number}. {part}" for number, part in enumerate(PARTS, 1)] == [
        line for line in text.splitlines() if line[:1].isdigit() and "mails" not in line
    ]
    assert "Subject: [MOCK] " in text
    assert "You Might Also Like (5 jobs), such as " in text
    assert "cook: failed: there are no jobs for this reader" in text
    assert "failed: new_arrivals: is missing" in text
    assert "1 job is left out, whose title would become a link" in text
    assert "5 mails, 80% written" in text
    assert "ja: [MOCK] " in text
    assert text.endswith("9 mails were asked for, at a cost of $0.00\n")
    assert len(text.splitlines()) < 60


async def test_e43_live_the_model_writes_and_texts_are_kept() -> None:
    """E43: without a mark; the second mail of the cache's part asks nobody."""
    async with stand_in(written) as server:
        result = await run("--live", OPENAI_API_KEY="not-a-key", OPENAI_BASE_URL=server.url)

    assert result.exit_code == 0, result.output
    assert "[MOCK]" not in result.stdout
    assert "live, gpt-5-nano is asked" in result.stdout
    assert "again: cached: True, from kept texts" in result.stdout
    assert "2 texts that this reader used were forgotten" in result.stdout
    assert "at a cost of $0.00" in result.stdout
    assert server.requests


async def test_live_without_a_key_is_an_error_of_the_user() -> None:
    assert isinstance((await run("--live")).exception, SettingsError)
