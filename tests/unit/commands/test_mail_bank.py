"""`kairos mail bank`: new sentences from the stand-in for OpenAI, and what is wrong with a file."""

import asyncio
import os
import sys
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner

from deploy.embedded.openai.server import serving
from deploy.embedded.openai.settings import ApiSettings
from tests.unit.writing.banks import PACKAGED, bank_file
from workers.commands.mail_bank import bank

QUICK = ApiSettings(base_seconds=0, token_seconds=0, batch_seconds=0.01)


async def run(folder: Path, *arguments: str, **settings: object) -> tuple[int, str]:
    """The exit code of `kairos mail bank` with the stand-in, in a process of its own, and what it printed."""
    async with serving(folder / "api", msgspec.structs.replace(QUICK, **settings)) as url:
        environment = os.environ | {
            "OPENAI_API_KEY": "not-a-key",
            "OPENAI_BASE_URL": f"{url}/v1",
            "REDIS_URL": "redis://127.0.0.1:9",
            "EMAIL_GENERATION_RATE_LIMIT": "10000",
            "EMAIL_GENERATION_TOKEN_LIMIT": "100000000",
        }
        command = [sys.executable, "-m", "workers", "mail", "bank", *arguments]
        process = await asyncio.create_subprocess_exec(
            *command, env=environment, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
        )
        printed, _ = await process.communicate()
    return process.returncode or 0, printed.decode()


def numbers(printed: str) -> dict[str, str]:
    """The rows of the report by their names."""
    rows = [line.split(maxsplit=1) for line in printed.splitlines() if line[:11].rstrip().isalpha()]
    return {row[0]: row[1] for row in rows if len(row) == 2}


async def test_new_sentences_are_written_at_half_the_price_and_are_good(tmp_path: Path) -> None:
    """By a batch or live they are the same; the file can be used at once, and is never written over."""
    batch, live = tmp_path / "batch.toml", tmp_path / "live.toml"
    code, printed = await run(tmp_path, "write", "--per", "1", "--out", str(batch))
    live_code, live_printed = await run(tmp_path, "write", "--per", "1", "--live", "--out", str(live))
    again, refused = await run(tmp_path, "write", "--per", "1", "--out", str(batch))
    checked = CliRunner().invoke(bank, ["check", str(batch)])

    assert (code, live_code, again, checked.exit_code) == (0, 0, 2, 0), printed + live_printed
    assert numbers(printed)["asked"] == "152 texts"
    assert int(numbers(printed)["kept"]) > 20
    half, whole = (float(numbers(each)["cost"].lstrip("$")) for each in (printed, live_printed))
    assert 0 < half < whole
    assert abs(half - whole / 2) < 0.0001
    assert batch.read_text().count("# new") > 10
    assert batch.read_text() == live.read_text()
    assert "is there already" in refused
    assert "sentences, all of them let through" in checked.output


async def test_what_the_model_does_not_answer_is_told(tmp_path: Path) -> None:
    """Without a new sentence no file is written."""
    file = tmp_path / "bank.toml"
    code, printed = await run(tmp_path, "write", "--per", "1", "--out", str(file), faults={"refusal": 1.0})

    assert (code, file.exists()) == (1, False)
    assert numbers(printed)["unanswered"] == "152 (refused 152)"
    assert "there is no new sentence" in printed


async def test_a_bad_bank_in_the_settings_is_refused_before_anything_is_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the exit code of a wrong setting; so is a key that is missing."""
    file = bank_file(tmp_path, ('"{{count}} jobs for you"', '"12 jobs for you"'))
    monkeypatch.setenv("EMAIL_GENERATION_BANK", str(file))
    code, printed = await run(tmp_path, "write", "--per", "1", "--out", str(tmp_path / "new.toml"))

    assert code == 2
    assert "EMAIL_GENERATION_BANK" in printed
    assert "digits" in printed


def test_a_key_is_needed(tmp_path: Path) -> None:
    """It is said which."""
    result = CliRunner().invoke(bank, ["write", "--per", "1", "--out", str(tmp_path / "x.toml")])

    assert "OPENAI_API_KEY is missing" in str(result.exception)


def test_what_is_wrong_with_a_file_is_told_line_by_line(tmp_path: Path) -> None:
    """Every problem, and the exit code 1."""
    file = bank_file(
        tmp_path,
        ('"{{count}} jobs for you"', '"12 jobs for you"'),
        ('"See what is new"', '"Visit evil.example"'),
    )
    result = CliRunner().invoke(bank, ["check", str(file)])
    rows = [line.removeprefix(f"{file}:").split(":")[0:3] for line in result.output.splitlines()]
    lines = file.read_text().splitlines()

    assert result.exit_code == 1
    assert [row[1:] for row in rows] == [
        [" en.subject[2]", " digits"],
        [" en.sections.new_arrivals.call_to_action[1]", " contact"],
    ]
    assert ["12 jobs" in lines[int(rows[0][0]) - 1], "evil" in lines[int(rows[1][0]) - 1]] == [True, True]


def test_a_good_file_and_files_that_are_none(tmp_path: Path) -> None:
    """The packaged one; what is no text, no TOML, or not there."""
    (tmp_path / "good.toml").write_text(PACKAGED)
    (tmp_path / "odd.toml").write_text("[en")
    (tmp_path / "bytes.toml").write_bytes(b"\xff")
    codes = {
        name: CliRunner().invoke(bank, ["check", str(tmp_path / f"{name}.toml")]).exit_code
        for name in ("good", "odd", "bytes", "none")
    }

    assert codes == {"good": 0, "odd": 1, "bytes": 1, "none": 2}
