"""The library's service: mails with six sections for a reader, or for many, whatever fails behind it."""

import asyncio
import logging
import time
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Any, Self

import structlog
from redis.exceptions import RedisError

from workers.runtime.process.clock import now_ms
from workers.runtime.process.redis_connection import connect_async
from workers.runtime.process.settings import Settings, SettingsError, load
from workers.writing.ahead import TextsAhead
from workers.writing.author import Author
from workers.writing.bank_setting import bank_of
from workers.writing.batch.lane import BatchLane
from workers.writing.figures import ServiceFigures
from workers.writing.matches import check_matches
from workers.writing.model_call import ModelCall
from workers.writing.models import (
    BatchGenerationRequest,
    EmailLanguage,
    GenerationResult,
    PersonId,
    UserProfile,
)
from workers.writing.openai_client import batch_lane, model_call
from workers.writing.pace.prices import batch_cost, cost
from workers.writing.pace.text_cache import TextCache
from workers.writing.request import Urgency
from workers.writing.results import JobLists, estimate, failed, plan_for, result_of, sendable
from workers.writing.tokens import MOCK

LOGGER = "gpt5_integration"
PING_SECONDS = 2.0
LONGEST_WAIT = 120.0  # seconds that a mail waits for its turn before the bank takes over
BATCH_PRIORITY = 3  # and below: the texts of such mails are asked for in a batch, at half the price
log = structlog.get_logger(LOGGER)


class EmailGenerationService:
    """Writes mails. What is not given comes from the environment, else from the defaults of the settings.

    Without Redis, or with one that does not answer, texts are kept and calls are limited in this process. In
    mock mode no model and no Redis is asked, and each subject begins with `[MOCK] `.
    """

    def __init__(
        self,
        openai_api_key: str | None = None,
        redis_url: str | None = None,
        rate_limit_per_minute: int | None = None,
        cache_ttl: int | None = None,
        mock_mode: bool | None = None,
        log_level: str = "INFO",
        *,
        batch_size: int | None = None,
        batch_wait: float | None = None,
        settings: Settings | None = None,
        clock: Callable[[], int] = now_ms,
    ) -> None:
        """Raises SettingsError without a key, unless in mock mode, and for a bank that cannot be used."""
        settings = load() if settings is None else settings
        self._mock_mode = settings.email_generation_mock_mode if mock_mode is None else mock_mode
        key = openai_api_key or (
            settings.openai_api_key.get_secret_value() if settings.openai_api_key else None
        )
        if not key and not self._mock_mode:
            raise SettingsError("OPENAI_API_KEY is missing: give a key, or use mock_mode")
        logging.getLogger(LOGGER).setLevel(log_level)
        self._clock, self._figures = clock, ServiceFigures()
        self._batch_size = batch_size or settings.email_generation_batch_size
        self._batch_wait = settings.email_generation_batch_wait if batch_wait is None else batch_wait
        self._redis = None if self._mock_mode else connect_async(settings, PING_SECONDS, redis_url)
        ttl = settings.email_generation_cache_ttl if cache_ttl is None else cache_ttl
        self._cache = TextCache(self._redis, settings.name("mail-texts:"), ttl)
        self._call: ModelCall | None = None
        self._lane: BatchLane | None = None
        if key and not self._mock_mode:
            self._call = model_call(settings, key, self._redis, clock, rate_limit_per_minute)
            self._lane = batch_lane(settings, self._call, self._redis, clock)
        self._author = Author(self._call, self._cache, clock, bank_of(settings))

    async def generate_email(
        self,
        user_profile: UserProfile,
        job_matches: JobLists,
        template_variables: dict[str, Any] | None = None,
    ) -> GenerationResult:
        """A mail to a reader, COMPLETED or FAILED with a reason; TypeError for a wrong type."""
        if not isinstance(user_profile, UserProfile):
            raise TypeError(f"user_profile must be a UserProfile, not {type(user_profile).__name__}")
        return await self._generate(
            user_profile, job_matches, template_variables, None, Urgency(LONGEST_WAIT)
        )

    async def generate_emails_batch(self, batch_request: BatchGenerationRequest) -> list[GenerationResult]:
        """The mails of a batch, one result for each reader, in their order; at most batch_size at once.

        Of a priority of 3 and below the texts come from the Batch API first, see the class.
        """
        if not isinstance(batch_request, BatchGenerationRequest):
            raise TypeError(
                f"batch_request must be a BatchGenerationRequest, not {type(batch_request).__name__}"
            )
        turns = asyncio.Semaphore(self._batch_size)
        language, urgency = batch_request.language, Urgency(LONGEST_WAIT, batch_request.priority)
        in_batch = batch_request.priority <= BATCH_PRIORITY
        by_person = {str(key): lists for key, lists in batch_request.job_matches_by_user.items()}
        lane = self._lane if in_batch and not batch_request.dry_run else None
        ahead = None if lane is None else await self._written_ahead(lane, batch_request, by_person)

        async def one(profile: UserProfile) -> GenerationResult:
            lists = by_person.get(str(profile.user_id))
            if lists is None:
                return failed(profile.user_id, "there are no jobs for this reader")
            if batch_request.dry_run:
                model = None if self._call is None else self._call.model
                return estimate(profile, lists, language, model, batch_cost if in_batch else cost)
            async with turns:
                return await self._generate(profile, lists, None, language, urgency, ahead)

        return list(await asyncio.gather(*map(one, batch_request.user_profiles)))

    async def validate_job_matches(self, job_matches: JobLists) -> dict[str, Any]:
        """`is_valid`, `errors`, `warnings` and `counts` of lists of jobs; see `check_matches`."""
        return check_matches(job_matches)

    async def get_performance_metrics(self) -> dict[str, Any]:
        """What was done so far; see `ServiceFigures.as_dict`. `refusals` are those of the gate, by check."""
        return self._figures.as_dict() | {"refusals": dict(self._author.refusals)}

    async def clear_cache(self, user_id: PersonId | None = None) -> int:
        """Forget the texts that were written for a reader, or all; how many were forgotten."""
        return await self._cache.clear(None if user_id is None else str(user_id))

    async def close(self) -> None:
        """Close the connections; twice is once."""
        connection, self._redis = self._redis, None
        if self._call is not None:
            await self._call.close()
        if connection is not None:
            await connection.aclose()

    async def __aenter__(self) -> Self:
        """The service itself."""
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the connections."""
        await self.close()

    async def answers(self) -> bool:
        """Whether Redis answers; a warning says if it does not. True where none is used."""
        if self._redis is None:
            return True
        try:
            async with asyncio.timeout(PING_SECONDS):
                await self._redis.ping()
        except (RedisError, OSError, TimeoutError) as error:
            log.warning("Redis does not answer: texts are kept in this process", error=type(error).__name__)
            return False
        return True

    async def _written_ahead(
        self, lane: BatchLane, asked: BatchGenerationRequest, by_person: Mapping[str, JobLists]
    ) -> TextsAhead:
        """The texts that the mails of a batch need, as far as they come in time."""
        lists = ((each, by_person.get(str(each.user_id))) for each in asked.user_profiles)
        plans = (
            plan_for(profile, jobs, asked.language, None)
            for profile, jobs in lists
            if jobs is not None and check_matches(jobs)["is_valid"]
        )
        shown = (plan for plan in plans if plan.count)
        return await self._author.write_ahead(shown, lane, self._batch_wait)

    async def _generate(
        self,
        profile: UserProfile,
        job_matches: JobLists,
        variables: dict[str, Any] | None,
        language: EmailLanguage | None,
        urgency: Urgency,
        ahead: TextsAhead | None = None,
    ) -> GenerationResult:
        began = time.perf_counter()
        checked, texts = check_matches(job_matches), None
        plan = plan_for(profile, job_matches, language, variables)
        if not checked["is_valid"]:
            result = failed(profile.user_id, "; ".join(checked["errors"]))
        elif plan.count == 0:
            result = failed(profile.user_id, "none of the jobs can be shown as it is")
        else:
            texts = await self._author.texts(plan, urgency, ahead)
            mail = sendable(plan, texts, mark=MOCK if self._mock_mode else "")
            if mail is None:
                result = failed(profile.user_id, "the mail cannot be shown")
            else:
                texts = mail.texts
                result = result_of(profile.user_id, mail, self._clock(), checked["warnings"])
                result.fallback &= not self._mock_mode
        result.duration_ms = (time.perf_counter() - began) * 1000
        self._figures.note(result, texts, plan.language.value)
        return result


async def create_email_generation_service(
    openai_api_key: str | None = None, redis_url: str | None = None, **options: Any
) -> EmailGenerationService:
    """A service, as its constructor makes it; Redis is asked once, and without it goes on with a warning."""
    service = EmailGenerationService(openai_api_key, redis_url, **options)
    await service.answers()
    return service
