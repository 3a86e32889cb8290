"""The routes of the page: a question is shown, and its answer taken once, when Kafka has acknowledged it."""

import asyncio
from collections.abc import Mapping

import structlog
from redis.exceptions import RedisError
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from schemas.answers import Answer
from schemas.mail import Language
from schemas.model import from_epoch_ms
from workers.product.answer_links import PATH, AnswerToken, answer_tokens, read_answer_token
from workers.product.reading.answers import read_answered
from workers.product.reading.values import READ_ERRORS
from workers.runtime.kafka.headers import cloud_headers, event_type
from workers.runtime.kafka.records import ProducerRecord
from workers.runtime.process.clock import now_ms
from workers.runtime.process.error_text import one_line
from workers.runtime.process.settings import Settings
from workers.runtime.process.signed_tokens import TokenError
from workers.serve.answers.given import GivenAnswers
from workers.serve.answers.page import FIELD, HEADERS, Notice, notice_page, question_page
from workers.serve.answers.texts import TEXTS
from workers.serve.clicks.reports import ClickReports
from workers.serve.requests import (
    RETRY_SECONDS,
    RequestHandler,
    address_of,
    body_of,
    limit,
    measured,
)
from workers.serve.shared_writer import SharedWriter
from workers.serve.tracking.endpoints import SOURCE
from workers.serve.tracking.messages import form_values
from workers.serve.tracking.rate_limit import RateLimit
from workers.serve.tracking.refusal import RequestRefused

TOPIC = "answers"
ROUTE = PATH + "{token}"
THANKS = "thanks"  # the query of the page to which an answer leads
log = structlog.get_logger()


class Answers:
    """Shows the question of a link, and takes its answer, for the topic `answers`.

    `addresses` is the limit that all routes share.
    """

    def __init__(
        self,
        settings: Settings,
        writer: SharedWriter,
        given: GivenAnswers,
        addresses: RateLimit,
        clicks: ClickReports,
    ) -> None:
        self._tokens = answer_tokens(settings)
        self._writer = writer
        self._given = given
        self._addresses = addresses
        self._clicks = clicks
        self._persons = RateLimit(settings.kairos_person_per_minute, settings.kairos_person_burst)

    def routes(self) -> list[Route]:
        """The routes."""
        shown, taken = (measured("answer", kindly(handle)) for handle in (self._show, self._take))
        return [Route(ROUTE, shown, methods=["GET"]), Route(ROUTE, taken, methods=["POST"])]

    async def _show(self, request: Request) -> Response:
        """The question, or that it was answered; opening a link answers nothing, so programs may."""
        try:
            token = self._token(request)
        except TokenError as error:
            return without_proof(error, request)
        if THANKS not in request.query_params:
            self._clicks.requested(request, token.person, token.decision, "answer")
        try:
            is_given = await asyncio.to_thread(self._given.has, token)
        except RedisError:
            is_given = False  # whether it counts is found out when it is sent
        if is_given:
            return page("thanks" if THANKS in request.query_params else "answered", token.language)
        return HTMLResponse(question_page(token), headers=HEADERS)

    async def _take(self, request: Request) -> Response:
        """303 to the thanks when the answer is in Kafka; 409 for a second one; else a 4xx or 503."""
        try:
            token = self._token(request)
        except TokenError as error:
            return without_proof(error, request)
        given = form_values(await body_of(request)).get(FIELD, "")
        try:
            value = read_answered(token.field, given)
        except READ_ERRORS as error:
            return again(token, given, str(error))
        answer = Answer(
            decision_id=token.decision,
            person=token.person,
            field=token.field,
            value=value,
            at=from_epoch_ms(now_ms()),
        )
        try:
            if not await asyncio.to_thread(self._given.begin, token):
                return page("answered", token.language, 409)
            if await asyncio.shield(self._write(token, answer)):
                return RedirectResponse(f"?{THANKS}", 303, HEADERS)
        except RedisError as error:
            log.warning("an answer waits for Redis", error=one_line(error))
        return page("busy", token.language, 503, {"Retry-After": str(RETRY_SECONDS)})

    async def _write(self, token: AnswerToken, answer: Answer) -> bool:
        """Write an answer that was begun, whether or not its reader still waits; whether Kafka has it."""
        written = await self._writer.write(record_of(answer, now_ms()))
        try:
            await asyncio.to_thread(lambda: self._given.end(token, written=written))
        except RedisError as error:
            log.warning("a link may answer again", error=one_line(error))
        return written

    def _token(self, request: Request) -> AnswerToken:
        """The token of a request within the limits; raises TokenError, and RequestRefused (429)."""
        limit(self._addresses, address_of(request))
        token = read_answer_token(self._tokens, request.path_params["token"], now_ms())
        limit(self._persons, token.person)
        return token


def kindly(handle: RequestHandler) -> RequestHandler:
    """A handler that answers refusals by a page: too many requests, or too large ones."""

    async def answer(request: Request) -> Response:
        try:
            return await handle(request)
        except RequestRefused as refused:
            wait = (
                {} if refused.retry_seconds is None else {"Retry-After": str(int(refused.retry_seconds) + 1)}
            )
            return page("busy", language_of(request), refused.status, wait)

    return answer


def page(
    notice: Notice, language: Language, status: int = 200, extra: Mapping[str, str] | None = None
) -> Response:
    """A page without a form."""
    return HTMLResponse(notice_page(notice, language), status, HEADERS | dict(extra or {}))


def without_proof(error: TokenError, request: Request) -> Response:
    """The page of a link that proves nothing: 410 for one that did once, 403 for others."""
    language = language_of(request)
    return page("expired", language, 410) if error.is_outdated else page("forged", language, 403)


def language_of(request: Request) -> Language:
    """The browser's language, where no token tells that of the mail; English for any but Japanese."""
    return "ja" if request.headers.get("accept-language", "").lower().startswith("ja") else "en"


def again(token: AnswerToken, given: str, reason: str) -> Response:
    """The question once more (422), with what was given."""
    texts = TEXTS[token.language]
    error = texts.too_many if "more than" in reason or "longer than" in reason else texts.unreadable
    return HTMLResponse(question_page(token, given, error), 422, HEADERS)


def record_of(answer: Answer, at: int) -> ProducerRecord:
    """The record of an answer that came at a time (epoch ms)."""
    headers = cloud_headers(event_type(TOPIC), SOURCE, f"{answer.decision_id}/{answer.field}", at)
    return ProducerRecord(TOPIC, answer.person.encode(), answer.dumps(), tuple(headers), at)
