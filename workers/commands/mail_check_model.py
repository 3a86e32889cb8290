"""Whether the model of the settings can be asked: the key, the name of the model, the credit."""

from collections.abc import Mapping
from typing import cast

from openai import APIStatusError, AsyncOpenAI, OpenAIError, omit
from openai.types.shared_params import Reasoning
from redis.asyncio import Redis

from workers.commands.finding import Finding
from workers.commands.mail_standing import dollars
from workers.commands.unanswered import host_of
from workers.runtime.pace.limiter import LimitError
from workers.runtime.process.clock import now_ms
from workers.runtime.process.settings import Settings
from workers.writing.model_answers import Usage, usage_of
from workers.writing.model_call import NO_CREDIT
from workers.writing.openai_client import client_of
from workers.writing.pace.fleet_limiter import fleet_limiter
from workers.writing.pace.prices import cost, price_of

KEY, MODEL = "key", "model"
UNKNOWN_MODEL = "model_not_found"  # the code of a 404 of the service itself
ASKED = "Answer with one word."
INPUT_TOKENS, OUTPUT_TOKENS = 50, 16  # at most, and the least that the API allows
MOST_SECONDS = 10.0  # for an answer
REFUSED, RATE_LIMITED = (401, 403), 429
FINAL = (401, RATE_LIMITED)  # to ask in another way would end in the same
LONGEST_CODE = 40
API = "api.openai.com"
BANK_WRITES = "until then the bank of sentences writes every mail"


async def model_findings(settings: Settings, redis: Redis) -> list[Finding]:
    """What is to be said of the key and of the model."""
    if settings.email_generation_mock_mode:
        says = "EMAIL_GENERATION_MOCK_MODE is on: no model is asked, and every subject begins with [MOCK]"
        return [Finding("wrong", MODEL, f"{says}; no reader should get such a mail")]
    if settings.openai_api_key is None:
        says = "there is none (OPENAI_API_KEY): the bank of sentences writes every mail, which is fine"
        return [Finding("ok", KEY, says)]
    known = known_model(settings.openai_model)
    seconds = min(settings.openai_timeout_seconds, MOST_SECONDS)
    async with client_of(settings, settings.openai_api_key.get_secret_value()) as client:
        try:
            return [await asked(settings, client.with_options(timeout=seconds), redis), known]
        except (OpenAIError, ValueError) as error:
            return [refused(settings, error), known]


def known_model(model: str) -> Finding:
    """Whether our table has the model: its prices, and what it can be asked for."""
    if price_of(model).known:
        return Finding("ok", MODEL, f"{model} is in our table of prices (workers/writing/pace/prices.toml)")
    says = f"{model} is not in workers/writing/pace/prices.toml: the dearest prices are counted for it"
    return Finding("note", MODEL, f"{says}, so the daily budget ends early; add a row")


async def asked(settings: Settings, client: AsyncOpenAI, redis: Redis) -> Finding:
    """The finding when the API takes the key and has the model; raises the errors of the client."""
    model = settings.openai_model
    try:
        raw = await client.models.with_raw_response.retrieve(model)
        is_there = object_of(raw.http_response.json(), "model") is not None
    except APIStatusError as error:
        if error.status_code in FINAL or error.code == UNKNOWN_MODEL:
            raise
        is_there = False  # a proxy without this path, or a key that may only write
    if not is_there:
        return await answered(settings, client, redis)
    says = f"{service(settings)} accepts the key and has {model} (asked without cost, so nothing of credit)"
    return Finding("ok", KEY, says)


async def answered(settings: Settings, client: AsyncOpenAI, redis: Redis) -> Finding:
    """The finding when the smallest call is answered, which counts for limits and budget as any other."""
    model, limiter = settings.openai_model, fleet_limiter(settings, redis, now_ms)
    most = cost(model, INPUT_TOKENS, 0, OUTPUT_TOKENS)
    try:
        reservation = await limiter.reserve(INPUT_TOKENS + OUTPUT_TOKENS, most, longest_wait=0)
    except LimitError as error:
        says = f"not asked: the limits let no call through now ({error.reason})"
        return Finding("note", KEY, says)
    try:
        used = await smallest_call(client, model)
    except (OpenAIError, ValueError):
        await reservation.release()
        raise
    spent = cost(model, *used)
    await reservation.correct(used.input_tokens + used.output_tokens, spent)
    says = f"{service(settings)} accepts the key, and {model} answers (a call that has cost {dollars(spent)})"
    return Finding("ok", KEY, says)


async def smallest_call(client: AsyncOpenAI, model: str) -> Usage:
    """What an answer of a few tokens has taken; ValueError for one that is none."""
    effort = price_of(model).effort
    raw = await client.responses.with_raw_response.create(
        model=model,
        input=ASKED,
        max_output_tokens=OUTPUT_TOKENS,
        store=False,
        reasoning=cast(Reasoning, {"effort": effort}) if effort else omit,
    )
    response = object_of(raw.http_response.json(), "response")
    if response is None:
        raise ValueError("no answer of the API")
    return usage_of(response.get("usage"))


def object_of(body: object, kind: str) -> Mapping[str, object] | None:
    """A body that is an object of the API of a kind; None for any other: a proxy may answer anything."""
    return body if isinstance(body, Mapping) and body.get("object") == kind else None


def refused(settings: Settings, error: OpenAIError | ValueError) -> Finding:
    """The finding for a key, a model or a service that does not work."""
    where, model = service(settings), settings.openai_model
    if not isinstance(error, APIStatusError):
        says = f"{where} does not answer as the API does ({type(error).__name__}): check the network and"
        return Finding("wrong", KEY, f"{says} OPENAI_BASE_URL; {BANK_WRITES}")
    code = "".join(filter(str.isprintable, str(error.code or "no code")))[:LONGEST_CODE]
    detail = f"status {error.status_code}, {code}"
    if error.code == UNKNOWN_MODEL:
        says = f"{where} has no {model} for this key: check OPENAI_MODEL"
        return Finding("wrong", MODEL, f"{says}; {BANK_WRITES}")
    if error.code == NO_CREDIT:
        return Finding("wrong", KEY, f"the account has no credit ({detail}): add some; {BANK_WRITES}")
    if error.status_code in REFUSED:
        says = f"{where} refuses the key ({detail}): check OPENAI_API_KEY"
        return Finding("wrong", KEY, f"{says}; {BANK_WRITES}")
    if error.status_code == RATE_LIMITED:
        return Finding("note", KEY, f"{where} lets no call through at the moment ({detail}); try again later")
    return Finding("wrong", KEY, f"{where} answers with an error ({detail}); try again later; {BANK_WRITES}")


def service(settings: Settings) -> str:
    """The host of the API."""
    return host_of(settings.openai_base_url) if settings.openai_base_url else API
