"""The worker `mail`: the stage and the writer that the settings choose."""

import threading
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from redis.asyncio import Redis

from schemas.decision import LATE_MS
from workers.board.board_changes import TOPICS as BOARD_TOPICS
from workers.board.board_tail import followed
from workers.board.embedders import live_board
from workers.board.live_board import LiveBoard
from workers.mail.answer_link import LinkingWriter
from workers.mail.digest_writer import DigestWriter, JobPicks
from workers.mail.permissions import MailPermissions
from workers.mail.plain_page import PageWriter
from workers.mail.stage import stage
from workers.mail.stored_profiles import StoredProfiles
from workers.mail.templates import TemplateWriter
from workers.mail.writer import FallbackWriter, MarkingWriter, Writer
from workers.product.answer_links import answer_link
from workers.recommend.editorial import load_editorial
from workers.recommend.policy import load_feed_policy
from workers.runtime.kafka.whole_topic import held
from workers.runtime.process.clock import now_ms
from workers.runtime.process.http_settings import unsafe
from workers.runtime.process.redis_connection import connect, connect_async
from workers.runtime.process.settings import Settings, SettingsError
from workers.runtime.runner.runner import Runner
from workers.writing.author import Author
from workers.writing.pace.text_cache import TextCache
from workers.writing.senders import load_senders

if TYPE_CHECKING:
    from workers.writing.model_call import ModelCall

REDIS_SECONDS = 2.0  # for an answer of Redis, without which everything goes on


def calls_of(settings: Settings, redis: Redis) -> "ModelCall | None":
    """The calls of the model, in whose limits all mails share; None without a key, and in mock mode."""
    if settings.openai_api_key is None or settings.email_generation_mock_mode:
        return None
    from workers.writing.openai_client import model_call  # openai is slow to import

    return model_call(settings, settings.openai_api_key.get_secret_value(), redis, now_ms)


def writer(settings: Settings, call: "ModelCall | None") -> Writer:
    """The model with the templates as its fallback, or the templates, for mails without sections.

    In mock mode every subject has a mark. With a public address mails that ask have a link. Raises
    SettingsError when anybody could forge it.
    """
    writes: Writer = TemplateWriter()
    if settings.email_generation_mock_mode:
        writes = MarkingWriter(writes)
    elif call is not None:
        from workers.mail.gpt import GptWriter  # openai is slow to import

        writes = FallbackWriter(GptWriter(call), writes)
    if not settings.kairos_public_url:
        return writes
    if reasons := list(unsafe(settings)):
        raise SettingsError("; ".join(reasons))
    return LinkingWriter(writes, partial(answer_link, settings))


def mail_writer(settings: Settings, board: LiveBoard) -> Writer:
    """What writes every mail, with both of its parts: digests from a board, and all others."""
    redis = connect_async(settings, REDIS_SECONDS)
    call, senders = calls_of(settings, redis), load_senders(settings.kairos_policy)
    cache = TextCache(redis, settings.name("mail-texts:"), settings.email_generation_cache_ttl)
    picks = JobPicks(
        board=board,
        profile_of=StoredProfiles(redis, settings).profile,
        policy=load_feed_policy(settings.kairos_policy),
        clock=now_ms,
        editorial=load_editorial(settings.kairos_editorial),
        job_url=settings.kairos_job_url,
        senders=senders,
    )
    return PageWriter(DigestWriter(picks, Author(call, cache, now_ms), writer(settings, call)), senders)


class CaughtUp:
    """When no decision was waiting last, `at` (epoch milliseconds): what is read later came later."""

    def __init__(self, clock: Callable[[], int]) -> None:
        self._clock = clock
        self.at = clock()

    def note(self) -> None:
        """No decision was waiting until now."""
        self.at = self._clock()


def run(settings: Settings, stop: threading.Event) -> None:
    """Run the worker until a signal; Faust handles the signals, so `stop` is not used."""
    permissions, caught_up = MailPermissions(), CaughtUp(now_ms)

    def caught_up_at() -> int:
        # where people may be decided upon by what is hours old, no decision is late
        return caught_up.at if settings.kairos_stale_seconds * 1000 < LATE_MS else 0

    board = live_board(settings, connect(settings, REDIS_SECONDS))
    mail = stage(mail_writer(settings, board), now_ms, permissions.withheld, caught_up_at)
    others = [*(topic.topic for topic in permissions.topics), *BOARD_TOPICS]
    runner = Runner("mail", (mail,), settings, others=others, on_caught_up=caught_up.note)
    with held(settings, permissions.topics), followed(settings, board, stop):
        runner.run()
