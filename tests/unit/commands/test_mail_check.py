"""`kairos mail check` without services, and against stand-ins of OpenAI."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from click.testing import CliRunner, Result

from deploy.embedded.openai.bodies import error_body
from deploy.embedded.openai.server import serving
from deploy.embedded.openai.settings import ApiSettings
from tests.unit.writing.banks import bank_file
from workers import cli
from workers.commands import mail_check
from workers.writing.bank_sentences import ListedSentence
from workers.writing.gate.texts import TextRule

NO_REDIS = "redis://127.0.0.1:9/0"
QUICK = ApiSettings(base_seconds=0, token_seconds=0)
SENDERS = """
[sender.en]
company = "Example Inc."
postal_address = "1 Example Street"
contact = "help@example.com"
opt_out_url = "https://example.com/stop"

[sender.ja]
company = "株式会社サンプル"
postal_address = "東京都千代田区"
contact = "help@example.com"
"""


async def run(**environment: str) -> Result:
    """What the command prints."""
    env = {"REDIS_URL": NO_REDIS, **environment}
    return await asyncio.to_thread(lambda: CliRunner().invoke(cli.kairos, ["mail", "check"], env=env))


def lines(result: Result) -> dict[str, str]:
    """The lines that were printed: level and text, by what they are about; the last one of each."""
    return {line[7:16].strip(): f"{line[:6].strip()}: {line[16:]}" for line in result.stdout.splitlines()}


@asynccontextmanager
async def api(status: int, body: Any) -> AsyncIterator[str]:
    """A service that gives one answer to every question for a model, and none else; its URL."""

    async def answer(_request: web.Request) -> web.Response:
        if isinstance(body, str):
            return web.Response(text=body, status=status, content_type="text/html")
        return web.json_response(body, status=status)

    app = web.Application()
    app.router.add_get("/v1/models/{model}", answer)
    app.router.add_post("/v1/responses", answer)
    runner = web.AppRunner(app)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/v1"
    finally:
        await runner.cleanup()


async def test_e38_without_a_key_and_redis_mails_go_out() -> None:
    """The bank writes; what is missing is said, and is no error."""
    result = await run()
    said = lines(result)

    assert result.exit_code == 0, result.output
    assert said["key"].startswith("ok: there is none (OPENAI_API_KEY): the bank of sentences writes")
    assert said["Redis"].startswith("note: does not answer at 127.0.0.1:9 (ConnectionError): check REDIS_URL")
    assert said["bank"].startswith("ok: the gate lets all of its ")
    assert "add [sender.ja] to" in said["senders"]
    assert said["sending"].startswith("note: KAIROS_SENDING is observe")


async def test_e38_a_key_is_accepted_by_a_free_request() -> None:
    """For the model of the settings."""
    model = {"id": "gpt-5-nano", "object": "model", "created": 1, "owned_by": "openai"}
    async with api(200, model) as url:
        result = await run(OPENAI_API_KEY="not-a-key", OPENAI_BASE_URL=url)

    assert result.exit_code == 0, result.output
    assert lines(result)["key"].startswith(
        f"ok: {url[7:-3]} accepts the key and has gpt-5-nano (asked without"
    )
    assert lines(result)["model"].startswith("ok: gpt-5-nano is in our table")


async def test_e38_where_models_cannot_be_asked_for_a_call_is_made_and_its_cost_said(tmp_path: Path) -> None:
    """The embedded stand-in has no such path."""
    async with serving(tmp_path, QUICK) as url:
        result = await run(OPENAI_API_KEY="not-a-key", OPENAI_BASE_URL=f"{url}/v1")

    assert result.exit_code == 0, result.output
    assert "gpt-5-nano answers (a call that has cost $0.0000" in lines(result)["key"]


ODD_CODE = "x\x1b[2J\n" + "y" * 900  # from a proxy
BAD: list[tuple[int, Any, str, str]] = [
    (401, error_body("no", code="invalid_api_key"), "key", "refuses the key .status 401, invalid_api_key"),
    (403, error_body("no"), "key", "refuses the key .status 403, no code.: check OPENAI_API_KEY"),
    (404, error_body("no", code="model_not_found"), "model", "has no gpt-5-nano for this key"),
    (429, error_body("no", code="insufficient_quota"), "key", "the account has no credit"),
    (500, error_body("no"), "key", "answers with an error .status 500, no code"),
    (500, error_body("no", code=ODD_CODE), "key", "an error .status 500, x.2Jy{36}.; try again"),
    (200, {}, "key", "does not answer as the API does"),
    (200, {"object": "list", "usage": "none"}, "key", "does not answer as the API does"),
    (200, ["model"], "key", "does not answer as the API does"),
    (200, "<html>a portal</html>", "key", "does not answer as the API does"),
]


@pytest.mark.parametrize(("status", "body", "about", "says"), BAD)
async def test_e38_what_keeps_the_model_from_writing_is_named(
    status: int, body: Any, about: str, says: str
) -> None:
    """With what to do; exit code 1."""
    async with api(status, body) as url:
        result = await run(OPENAI_API_KEY="sk-secret", OPENAI_BASE_URL=url)
    (line,) = [line for line in result.stdout.splitlines() if line.startswith("WRONG")]

    assert result.exit_code == 1, result.output
    assert line[7:16].strip() == about
    assert re.search(says, line)
    assert "bank of sentences writes" in line
    assert "sk-secret" not in result.output


async def test_e38_a_rate_limit_passes() -> None:
    """It is no error of the settings."""
    async with api(429, error_body("slow down", code="rate_limit_exceeded")) as url:
        result = await run(OPENAI_API_KEY="not-a-key", OPENAI_BASE_URL=url)

    assert result.exit_code == 0, result.output
    assert lines(result)["key"].startswith("note: ")


async def test_an_api_that_is_not_there_is_named(unused_tcp_port: int) -> None:
    """With its host."""
    url = f"http://127.0.0.1:{unused_tcp_port}/v1"
    result = await run(OPENAI_API_KEY="not-a-key", OPENAI_BASE_URL=url, OPENAI_MODEL="gpt-9")

    assert result.exit_code == 1
    assert lines(result)["key"].startswith(
        f"WRONG: 127.0.0.1:{unused_tcp_port} does not answer as the API does"
    )
    assert lines(result)["model"].startswith("note: gpt-9 is not in")


async def test_the_mock_mode_is_wrong_for_readers() -> None:
    assert (await run(EMAIL_GENERATION_MOCK_MODE="true")).exit_code == 1


async def test_senders_and_policy_are_looked_at(tmp_path: Path) -> None:
    """A whole sender, one by contact only, one that cannot be used, and a policy that cannot be read."""
    path = tmp_path / "policy.toml"
    path.write_text(SENDERS)
    said = [line for line in (await run(KAIROS_POLICY=str(path))).stdout.splitlines() if "senders" in line]
    path.write_text(SENDERS.replace("https://example.com/stop", "javascript:alert(1)"))
    wrong = await run(KAIROS_POLICY=str(path))
    path.write_text("[jobs]\nmax_boost = 99")
    unread = await run(KAIROS_POLICY=str(path))

    assert "from Example Inc.; readers opt out at https://example.com/stop" in said[0]
    assert said[0].startswith("ok ")
    assert "from 株式会社サンプル; readers opt out by help@example.com: add an opt_out_url" in said[1]
    assert (wrong.exit_code, lines(wrong)["senders"].startswith("WRONG: ")) == (1, True)
    assert (unread.exit_code, lines(unread)["policy"].startswith("WRONG: ")) == (1, True)


async def test_links_that_anybody_could_forge_are_wrong() -> None:
    """The worker would not start."""
    result = await run(KAIROS_PUBLIC_URL="https://k.example", KAIROS_MODE="production")

    assert (result.exit_code, lines(result)["links"].startswith("WRONG: ")) == (1, True)


async def test_a_sentence_of_the_bank_that_the_gate_refuses_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """With its place in the file."""
    bad = ListedSentence("en.closing", "Call us at 555 1234.", TextRule("closing", "en"))
    monkeypatch.setattr(mail_check, "bank_sentences", lambda _bank: [bad])
    result = await run()

    assert result.exit_code == 1
    assert lines(result)["bank"].startswith("WRONG: 1 sentences are refused by the gate: en.closing: ")


async def test_a_bank_of_the_settings_that_cannot_be_used_is_wrong(tmp_path: Path) -> None:
    """The worker would not start; a good one is looked at in place of the packaged one."""
    bad = await run(EMAIL_GENERATION_BANK=str(bank_file(tmp_path, ('"{{count}} jobs for you"', '"12 jobs"'))))
    good = await run(EMAIL_GENERATION_BANK=str(bank_file(tmp_path)))

    assert (bad.exit_code, good.exit_code) == (1, 0)
    assert lines(bad)["bank"].startswith("WRONG: EMAIL_GENERATION_BANK: ")
    assert "lets all of its" in lines(good)["bank"]
