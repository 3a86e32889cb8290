"""Reads the bodies that programs send. Pure."""

from typing import Any, TypeVar

import msgspec
from pydantic import BaseModel, ValidationError

from schemas.mail import Engagement, MailClick
from schemas.model import from_epoch_ms
from workers.product.reading.values import READ_ERRORS, read_id
from workers.serve.programs.models import MOST_REPORTS, ReportedOutcome
from workers.serve.programs.problems import first_problem
from workers.serve.tracking.messages import LONGEST_REFERENCE
from workers.serve.tracking.refusal import RequestRefused

B = TypeVar("B", bound=BaseModel)


def read_json(body: bytes, content_type: str) -> Any:
    """The value of a JSON body; raises RequestRefused, 415 under another type, and 400 for no JSON.

    The type is asked for because a page of anybody can make a browser send any other without being asked.
    """
    kind = content_type.partition(";")[0].strip().lower()
    if kind != "application/json" and not kind.endswith("+json"):
        raise RequestRefused(415, "the content type must be application/json")
    try:
        return msgspec.json.decode(body)
    except (ValueError, RecursionError):
        raise RequestRefused(400, "the body is no JSON") from None


def read_body(model: type[B], value: Any, *place: str | int) -> B:
    """A value as a model; raises RequestRefused (422), which names the field."""
    try:
        return model.model_validate(value)
    except ValidationError as error:
        raise first_problem(error, *place) from None


def read_reports(value: Any, now_ms: int) -> list[Engagement]:
    """The outcomes of a body, one or a list of them; those without a time happened now (epoch ms)."""
    if not isinstance(value, list):
        return [engagement_of(read_body(ReportedOutcome, value), now_ms)]
    if not 1 <= len(value) <= MOST_REPORTS:
        raise RequestRefused(422, f"a list must have 1 to {MOST_REPORTS} outcomes")
    reports = [read_body(ReportedOutcome, entry, number) for number, entry in enumerate(value)]
    return [engagement_of(report, now_ms, number) for number, report in enumerate(reports)]


def engagement_of(report: ReportedOutcome, now_ms: int, *place: str | int) -> Engagement:
    """The record of a report; raises RequestRefused (422) for an id that names nobody."""
    try:
        person = read_id(report.person)
    except READ_ERRORS:
        person = None
    if person is None or person != report.person or len(person) > LONGEST_REFERENCE:
        raise RequestRefused(422, "is no decision's id", ".".join(map(str, (*place, "decision_id"))))
    told = report.click
    return Engagement(
        decision_id=report.decision_id,
        person=person,
        outcome=report.outcome,
        at=from_epoch_ms(now_ms) if report.at is None else report.at,
        detail=report.detail,
        click=None if told is None else MailClick(link=told.link, visible_seconds=told.visible_seconds),
    )
