"""Whom the fleet has decided on during a first day."""

from types import SimpleNamespace

from schemas.decision import SendDecision
from schemas.model import from_epoch_ms
from tests.bench.firstday_bench import FirstDecisions


def record(key: str, value: bytes | None) -> SimpleNamespace:
    return SimpleNamespace(key=key.encode(), value=value)


def decided(person: str, verdict: str, reason: str | None = None) -> SimpleNamespace:
    fields = {"id": f"{person}:1", "person": person, "verdict": verdict, "reason": reason, "because": "so"}
    return record(person, SendDecision.model_validate(fields | {"decided_at": from_epoch_ms(5)}).dumps())


def test_everybody_needs_a_profile_and_a_decision_on_all_sources() -> None:
    decisions = FirstDecisions()
    decisions.note("send-decisions", decided("u1", "send"), 0)
    decisions.note("send-decisions", decided("u2", "wait", "sources"), 0)
    assert not decisions.are_about({"u1"})
    decisions.note("enriched-profiles", record("u1", b"{}"), 0)
    decisions.note("enriched-profiles", record("u2", b"{}"), 0)
    assert decisions.are_about({"u1"})
    assert not decisions.are_about({"u1", "u2"})
    decisions.note("send-decisions", decided("u2", "wait", "cooldown"), 0)
    assert decisions.are_about({"u1", "u2"})


def test_who_was_to_be_written_to_is_remembered_after_another_decision() -> None:
    decisions = FirstDecisions()
    decisions.note("send-decisions", decided("u1", "ask"), 0)
    decisions.note("send-decisions", decided("u1", "wait", "cooldown"), 0)
    assert decisions.written_to == {"u1"}


def test_watermarks_and_deletions_are_no_decisions() -> None:
    decisions = FirstDecisions()
    decisions.note("send-decisions", record("~watermark", b"{}"), 0)
    decisions.note("send-decisions", record("u1", None), 0)
    decisions.note("enriched-profiles", record("u1", None), 0)
    assert (decisions.decided, decisions.profiled) == ({}, set())
