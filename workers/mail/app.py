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
from workers.mail.held_events import EVENTS, HeldEvents
from workers.mail.held_scores import HeldScores
from workers.mail.invite_writer import EventPicks, InviteWriter
from workers.mail.letter_writer import LetterWriter
from workers.mail.mail_engine import MailEngine, mail_rules
from workers.mail.mail_links import MailLinks
from workers.mail.mail_outcomes import announce
from workers.mail.mail_senders import MailSenders
from workers.mail.measuring import MeasuringWriter
from workers.mail.permissions import MailPermissions
from workers.mail.plain_page import PageWriter
from workers.mail.stage import stage
from workers.mail.stored_profiles import ProfileOf, StoredProfiles, no_profile
from workers.mail.templates import TemplateWriter
from workers.mail.writer import MarkingWriter, PreviewingWriter, Writer
from workers.product.answer_links import answer_link
from workers.product.mail_links import link_tokens, mail_link
from workers.product.sources import load_sources
from workers.product.unsubscribe_links import unsubscribe_link
from workers.recommend.editorial import load_editorial
from workers.recommend.events.policy import load_event_policy
from workers.recommend.policy import load_feed_policy
from workers.recommend.variations.policy import load_learning_policy
from workers.runtime.kafka.whole_topic import held
from workers.runtime.process.clock import now_ms
from workers.runtime.process.http_settings import unsafe
from workers.runtime.process.redis_connection import connect, connect_async
from workers.runtime.process.settings import Settings, SettingsError
from workers.runtime.runner.runner import Runner
from workers.writing.author import Author
from workers.writing.bank_setting import bank_of
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


def letters(
    settings: Settings, author: Author, engine: MailEngine | None = None, profile_of: ProfileOf = no_profile
) -> Writer:
    """The writer of mails without jobs and events; the templates stand behind it.

    With a public address mails that ask have a link. Raises SettingsError when anybody could forge it.
    """
    writes: Writer = LetterWriter(author, TemplateWriter(), engine, profile_of)
    if not settings.kairos_public_url:
        return writes
    if reasons := list(unsafe(settings)):
        raise SettingsError("; ".join(reasons))
    return LinkingWriter(writes, partial(answer_link, settings))


def links_of(settings: Settings) -> MailLinks:
    """The links of all mails: short ones with a public address."""
    short = partial(mail_link, link_tokens(settings), settings.kairos_public_url)
    return MailLinks(settings.kairos_job_url, settings.kairos_event_url, short)


def senders_of(settings: Settings, links: MailLinks) -> MailSenders:
    """The senders of all mails; raises SenderPolicyError."""
    opt_out = partial(unsubscribe_link, settings)
    return MailSenders(load_senders(settings.kairos_policy), opt_out, links.short)


def text_cache(settings: Settings, redis: Redis) -> TextCache:
    """The texts of the model that all mails share."""
    return TextCache(redis, settings.name("mail-texts:"), settings.email_generation_cache_ttl)


def mail_writer(
    settings: Settings, board: LiveBoard, events: HeldEvents, engine: MailEngine | None = None
) -> Writer:
    """What writes every mail, with both of its parts: digests from a board, invitations, and all others.

    `engine` chooses how each is written (None: one that knows of no clicks). Without a model (no key, or an
    observed decision) the bank and the templates write; in mock mode every subject has a mark. Raises
    SettingsError for a bank that cannot be used.
    """
    redis, bank, links = connect_async(settings, REDIS_SECONDS), bank_of(settings), links_of(settings)
    senders, engine = senders_of(settings, links), engine or MailEngine()
    cache, profile_of = text_cache(settings, redis), StoredProfiles(redis, settings).profile
    invites = EventPicks(
        events=events,
        profile_of=profile_of,
        policy=load_event_policy(settings.kairos_policy),
        clock=now_ms,
        links=links,
        senders=senders,
        engine=engine,
    )
    picks = JobPicks(
        board=board,
        profile_of=profile_of,
        policy=load_feed_policy(settings.kairos_policy),
        clock=now_ms,
        editorial=load_editorial(settings.kairos_editorial),
        links=links,
        senders=senders,
        engine=engine,
    )

    def written_with(call: "ModelCall | None") -> Writer:
        author = Author(call, cache, now_ms, bank)
        others = letters(settings, author, engine, profile_of)
        return DigestWriter(picks, author, InviteWriter(invites, author, others))

    mails = MeasuringWriter(written_with(calls_of(settings, redis)))
    pages = PageWriter(PreviewingWriter(mails, written_with(None)), senders)
    return MarkingWriter(pages) if settings.email_generation_mock_mode else pages


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
    events = HeldEvents(load_sources(settings.kairos_sources).changes.get(EVENTS))
    learning = load_learning_policy(settings.kairos_policy)
    scores = HeldScores(learning.evidence)
    engine = MailEngine(
        lambda segment, arms: scores.scores(segment, arms, now_ms()), mail_rules(learning.choice)
    )
    writes = mail_writer(settings, board, events, engine)
    announce()
    mail = stage(writes, now_ms, permissions.withheld, caught_up_at)
    others = [*(topic.topic for topic in permissions.topics), events.topic, scores.topic, *BOARD_TOPICS]
    runner = Runner("mail", (mail,), settings, others=others, on_caught_up=caught_up.note)
    # events by themselves, and scores: other mails need not wait until so many are read
    with (
        held(settings, permissions.topics),
        held(settings, [events]),
        held(settings, [scores]),
        followed(settings, board, stop),
    ):
        runner.run()
