"""`kairos mail evaluate`: the bank without a service, and models of a stand-in."""

import asyncio
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.standins.openai import Reply, Replying, failed, stand_in
from tests.standins.written_texts import written
from tests.unit.writing.test_service_faults import bad
from workers import cli
from workers.evaluate import mail_runs
from workers.evaluate.golden_readers import golden_readers
from workers.evaluate.mail_baseline import BaselineError
from workers.runtime.process.settings import SettingsError

NO_REDIS = {"REDIS_URL": "redis://127.0.0.1:9/0", "EMAIL_GENERATION_RATE_LIMIT": "100000"}
MANY = {"EMAIL_GENERATION_TOKEN_LIMIT": "1000000000"}
READERS = golden_readers()
MAILS = 5


@pytest.fixture(autouse=True)
def readers(monkeypatch: pytest.MonkeyPatch) -> None:
    """A few of the golden readers."""
    monkeypatch.setattr(mail_runs, "golden_readers", lambda: READERS[:: len(READERS) // MAILS][:MAILS])


async def run(*arguments: str | Path, **environment: str) -> Result:
    """What the command prints."""
    given = ["mail", "evaluate", *map(str, arguments)]
    env = NO_REDIS | MANY | environment
    return await asyncio.to_thread(lambda: CliRunner().invoke(cli.kairos, given, env=env))


async def asked(reply: Reply | Replying, *arguments: str | Path) -> tuple[Result, int]:
    """What the command prints with a model that answers so, and how often that was asked."""
    async with stand_in(reply) as server:
        result = await run(*arguments, OPENAI_API_KEY="not-a-key", OPENAI_BASE_URL=server.url)
        return result, len(server.requests)


async def test_the_bank_is_scored_without_a_key(tmp_path: Path) -> None:
    """Every mail is whole, in both languages, and none of its texts is a model's."""
    file = tmp_path / "scores.json"
    result = await run("--write", file)
    document = json.loads(file.read_bytes())

    assert result.exit_code == 0, result.output
    assert "bank" in result.stdout
    assert "not whole" not in result.stdout
    names = ("language", "mails", "whole", "written")
    figures = [[each[name] for name in names] for each in document["groups"]]
    assert figures == [["ja", MAILS, 1.0, 0.0], ["en", MAILS, 1.0, 0.0]]
    assert len(document["mails"]) == 2 * MAILS
    assert all(each["readability"] is not None for each in document["mails"])


async def test_models_are_compared_and_every_mail_is_written_anew(tmp_path: Path) -> None:
    """Two calls a mail for each; with --bank the bank stands beside them."""
    file = tmp_path / "scores.json"
    models = ("--model", "gpt-5-nano", "--model", "gpt-4o-mini", "--model", "gpt-5-nano")
    result, calls = await asked(written, *models, "--bank", "--write", file)
    groups = json.loads(file.read_bytes())["groups"]

    assert result.exit_code == 0, result.output
    assert calls == 2 * 2 * 2 * MAILS
    assert [(each["model"], each["language"]) for each in groups] == [
        (model, language) for model in ("gpt-5-nano", "gpt-4o-mini", "bank") for language in ("ja", "en")
    ]
    assert [each["written"] for each in groups] == [1.0] * 4 + [0.0] * 2
    assert all(each["whole"] == 1.0 for each in groups)
    assert groups[2]["micro_dollars"] > groups[0]["micro_dollars"] > 0
    assert "which costs $" in result.stderr


async def test_what_the_gate_refuses_is_shown_by_check() -> None:
    """The mails are whole all the same: the bank wrote their introductions."""
    result, _ = await asked(bad(subject="We found 12 jobs"))

    assert result.exit_code == 0, result.output
    assert f"gpt-5-nano, en: refused by the gate: digits {2 * MAILS}" in result.stdout
    assert "not whole" not in result.stdout


async def test_a_model_that_has_become_worse_is_a_regression(tmp_path: Path) -> None:
    """Exit code 1, with the figures; the same model again is none."""
    file = tmp_path / "baseline.json"
    await asked(written, "--write", file)
    document = json.loads(file.read_bytes())
    document["allowed"]["seconds"] = 1_000.0  # the machine may be busy
    file.write_text(json.dumps(document))

    same, _ = await asked(written, "--baseline", file)
    worse, _ = await asked(bad(introduction="Visit www.evil.example now."), "--baseline", file)
    none, _ = await asked(failed(401, "invalid_api_key"), "--baseline", file)

    assert (same.exit_code, "worse:" in same.stdout) == (0, False)
    assert worse.exit_code == 1
    assert "worse: gpt-5-nano, en: texts by the model 50%, was 100%, at least 95% is asked" in worse.stdout
    assert "worse: gpt-5-nano, ja: refusals a mail 2.00, was 0.00" in worse.stdout
    assert none.exit_code == 1
    assert "texts by the model 0%, was 100%" in none.stdout


async def test_a_baseline_keeps_what_it_allows(tmp_path: Path) -> None:
    """Written anew beside another one."""
    file, other = tmp_path / "baseline.json", tmp_path / "other.json"
    await run("--write", file)
    document = json.loads(file.read_bytes())
    document["allowed"] |= {"refusals": 0.75, "seconds": 1_000.0}
    file.write_text(json.dumps(document))

    result = await run("--baseline", file, "--write", other)
    assert result.exit_code == 0, result.output
    assert json.loads(other.read_bytes())["allowed"]["refusals"] == 0.75


@pytest.mark.parametrize("file", ["none.json"])
async def test_what_cannot_be_done_is_an_error_of_the_user(file: str, tmp_path: Path) -> None:
    """Models without a key, and a baseline that is not there."""
    assert isinstance((await run("--model", "gpt-5-nano")).exception, SettingsError)
    error = (await run("--baseline", tmp_path / file)).exception

    assert (await run("--write", tmp_path / "no" / file)).exit_code == 2
    assert isinstance(error, BaselineError)
    assert cli.exit_code(error) == 2
