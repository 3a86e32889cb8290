"""Mails of a low priority: their texts come from the Batch API, and whatever it does, nobody is lost."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from deploy.embedded.openai.faults import ANSWER_FAULTS, STATUS_FAULTS, WIRE_FAULTS
from deploy.embedded.openai.requests import ResponseRequest
from deploy.embedded.openai.store import Store
from deploy.embedded.openai.writing import answer_text
from tests.unit.writing.batched import batched, live_calls, request_for
from tests.unit.writing.readers import ENGLISH, JAPANESE
from tests.unit.writing.serviced import shown
from workers.writing.models import GenerationResult, GenerationStatus

FAULTS = sorted(STATUS_FAULTS | WIRE_FAULTS | ANSWER_FAULTS)
BOTH = (ENGLISH, JAPANESE)
HEADERS = {"authorization": "Bearer k"}


def are_whole(results: list[GenerationResult]) -> bool:
    """Whether everybody has a mail of six sections without a token or a mark."""
    return all(
        each.status is GenerationStatus.COMPLETED
        and each.email_content is not None
        and [len(section.job_descriptions) for section in each.email_content.sections] == [5, 5, 10, 10, 5, 5]
        and "{{" not in shown(each)
        and "[MOCK]" not in shown(each)
        for each in results
    )


async def test_e24_fifty_mails_in_two_languages_need_no_live_call_and_cost_half(tmp_path: Path) -> None:
    """Each text is asked for once; mails of a high priority are written live and cost twice as much."""
    async with batched(tmp_path / "a") as (made, plain):
        results = await made.generate_emails_batch(request_for(50, BOTH))
        figures = await made.get_performance_metrics()
        calls = await live_calls(plain)
        lines = (await plain.get("/v1/batches", headers=HEADERS)).json()["data"][0]["request_counts"]
        again = await made.generate_emails_batch(request_for(50, BOTH))
        batches = (await plain.get("/v1/batches", headers=HEADERS)).json()["data"]
    async with batched(tmp_path / "b") as (made, plain):
        live = await made.generate_emails_batch(request_for(50, BOTH, priority=8))
        live_figures = await made.get_performance_metrics()
        assert await live_calls(plain) == 4

    assert are_whole(results)
    assert not any(each.fallback for each in results)
    assert (calls, lines) == (0, {"total": 4, "completed": 4, "failed": 0})
    assert figures["output_tokens"] == live_figures["output_tokens"] > 0
    assert abs(figures["cost_micro_dollars"] - live_figures["cost_micro_dollars"] / 2) <= 4  # rounded up
    assert sum(each.cached for each in results) == 48
    assert {shown(each) for each in results} == {shown(each) for each in live}
    assert (len(batches), {each.cached for each in again}) == (1, {True})


async def test_e25_a_dry_run_of_a_low_priority_estimates_half(tmp_path: Path) -> None:
    """Nobody is asked."""
    async with batched(tmp_path) as (made, plain):
        (low,) = await made.generate_emails_batch(request_for(1, BOTH, 3, dry_run=True))
        (usual,) = await made.generate_emails_batch(request_for(1, BOTH, 4, dry_run=True))
        batches = (await plain.get("/v1/batches", headers=HEADERS)).json()["data"]

    assert (low.status, low.input_tokens, batches) == (GenerationStatus.PENDING, usual.input_tokens, [])
    assert 0 < low.cost_micro_dollars <= usual.cost_micro_dollars / 2 + 1


@pytest.mark.parametrize("lines", [1, 4])
@pytest.mark.parametrize("fault", FAULTS)
async def test_whatever_becomes_of_the_lines_everybody_has_a_whole_mail(
    tmp_path: Path, fault: str, lines: int
) -> None:
    """Of one line and of all: what has no answer is written live, which then goes well."""
    async with batched(tmp_path, next_faults=(fault,) * lines) as (made, plain):
        results = await made.generate_emails_batch(request_for(10, BOTH))
        calls = await live_calls(plain)

    assert are_whole(results)
    if fault == "insufficient_quota":  # to ask again at once would only fail again
        assert calls == 0
        assert any(each.fallback for each in results)
    else:
        assert (calls, any(each.fallback for each in results)) == (lines, False)


@pytest.mark.parametrize("fault", FAULTS)
async def test_when_live_calls_fail_as_well_the_bank_writes(tmp_path: Path, fault: str) -> None:
    """B32: with every kind of fault in every request."""
    async with batched(tmp_path, faults={fault: 1.0}) as (made, _):
        results = await made.generate_emails_batch(request_for(6, BOTH))

    assert are_whole(results)
    assert all(each.fallback and each.reason for each in results)


async def test_what_does_not_come_in_time_is_written_live(tmp_path: Path) -> None:
    """The batch is cancelled, and half of its lines are used."""
    settings = {"batch_line_seconds": 0.3, "batch_seconds": 0.01}
    async with batched(tmp_path, {"batch_wait": 0.8}, **settings) as (made, plain), asyncio.timeout(20):
        results = await made.generate_emails_batch(request_for(10, BOTH))
        (batch,) = (await plain.get("/v1/batches", headers=HEADERS)).json()["data"]
        calls = await live_calls(plain)

    assert are_whole(results)
    assert (batch["status"], any(each.fallback for each in results)) == ("cancelled", False)
    assert 0 < batch["request_counts"]["completed"] < 4
    assert calls == 4 - batch["request_counts"]["completed"]


async def test_a_text_that_the_gate_refuses_is_asked_for_live_with_the_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was spent for it counts."""
    asked: list[str] = []

    def written(request: ResponseRequest, fault: object) -> str:
        asked.append(request.input_text)
        good = answer_text(request)
        return good if '"refused"' in request.input_text else good.replace('":"', '":"Twelve ', 1)

    monkeypatch.setattr("deploy.embedded.openai.answering.written_text", written)
    async with batched(tmp_path) as (made, plain):
        results = await made.generate_emails_batch(request_for(2, (ENGLISH,)))
        calls = await live_calls(plain)

    assert are_whole(results)
    assert (calls, any(each.fallback for each in results)) == (2, False)
    assert sum('"refused"' in text for text in asked) == 2


async def test_a_reader_without_jobs_fails_alone(tmp_path: Path) -> None:
    """And asks for no text."""
    request = request_for(3, BOTH)
    del request.job_matches_by_user[2]
    request.job_matches_by_user[3] = {}
    async with batched(tmp_path) as (made, _):
        results = await made.generate_emails_batch(request)

    assert [each.status.value for each in results] == ["completed", "failed", "failed"]


async def test_no_line_has_anything_of_a_reader_or_a_stranger(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither name, address and place, nor titles and companies of jobs; the files are deleted."""
    contents: list[bytes] = []
    add_file = Store.add_file

    def noted(store: Store, content: bytes, *rest: Any) -> dict[str, Any]:
        contents.append(content)
        return add_file(store, content, *rest)

    monkeypatch.setattr(Store, "add_file", noted)
    async with batched(tmp_path) as (made, plain):
        await made.generate_emails_batch(request_for(4, BOTH))
        files = (await plain.get("/v1/files", headers=HEADERS)).json()["data"]

    sent = json.loads(b"[" + b",".join(contents[0].splitlines()) + b"]")
    assert (len(sent), len(contents), files) == (4, 2, [])
    text = json.dumps(sent, ensure_ascii=False)
    for each in ("Quintus", "田中太郎", "reader1", "東京都", "Tokyo", "Engineer", "Tech Corp", "evil"):
        assert each not in text
