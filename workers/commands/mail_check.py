"""`kairos mail check`: what would stop mails, or keep a model from writing them, and what to do about it."""

import asyncio
import sys
from collections.abc import Iterator

import click
from redis.asyncio import Redis
from redis.exceptions import RedisError

from workers.commands.finding import SIGNS, Finding
from workers.commands.help import NOTHING, needs
from workers.commands.mail_budget import counted, money
from workers.commands.mail_standing import limits_taken
from workers.commands.unanswered import host_of
from workers.recommend.editorial import load_editorial
from workers.recommend.policy import FeedPolicyError, load_feed_policy
from workers.runtime.pace.redis_scripts import NoAnswerError
from workers.runtime.process import logs
from workers.runtime.process.http_settings import unsafe
from workers.runtime.process.redis_connection import connect_async
from workers.runtime.process.settings import Settings, SettingsError, load
from workers.writing.bank_sentences import bank_sentences
from workers.writing.bank_setting import bank_of
from workers.writing.pace.text_cache import TextCache
from workers.writing.senders import SenderPolicyError, load_senders

REDIS_SECONDS = 2.0
LANGUAGES = {"en": "English", "ja": "Japanese"}


@click.command(epilog=needs(f"{NOTHING}; it looks at those that are set", "kairos mail check"))
def check() -> None:
    """Say what would stop mails, or keep the model of the settings from writing them, and what to do.

    Looks at the key, the model, Redis, the limits and the budget, the texts that are kept, the bank of
    sentences, the senders and the policy. The API is asked for the model, which costs nothing; one that
    cannot be asked for it gets the smallest call, and its cost is said. Without a key the bank of sentences
    writes, and that is no error. Exit code 1 when a line says WRONG.
    """
    logs.setup("mail", "ERROR")  # what is wrong is a finding
    findings = asyncio.run(findings_of(load()))
    for finding in findings:
        click.echo(f"{SIGNS[finding.level]:<6} {finding.about:<8} {finding.says}")
    sys.exit(1 if any(finding.level == "wrong" for finding in findings) else 0)


async def findings_of(settings: Settings) -> list[Finding]:
    """Everything that is to be said."""
    from workers.commands.mail_check_model import model_findings  # openai is slow to import

    async with connect_async(settings, REDIS_SECONDS) as redis:
        return [
            *await model_findings(settings, redis),
            *await redis_findings(settings, redis),
            bank_finding(settings),
            *sender_findings(settings),
            *policy_findings(settings),
        ]


async def redis_findings(settings: Settings, redis: Redis) -> list[Finding]:
    """Redis, the limits that all processes share in it, and the texts that are kept there."""
    host = host_of(settings.redis_url)
    try:
        await redis.ping()
        taken = await limits_taken(settings, redis)
        kept = await TextCache(redis, settings.name("mail-texts:"), 1).count()
    except (RedisError, OSError, NoAnswerError) as error:
        says = f"does not answer at {host} ({type(error).__name__}): check REDIS_URL; mails go out, but each"
        return [Finding("note", "Redis", f"{says} process limits itself and keeps its own texts")]
    ttl = settings.email_generation_cache_ttl
    is_spent = taken.left == 0
    return [
        Finding("ok", "Redis", f"answers at {host}"),
        Finding("note" if is_spent else "ok", "budget", money(taken)),
        Finding("ok" if taken.calls.left else "note", "calls", counted(taken.calls)),
        Finding("ok" if taken.tokens.left else "note", "tokens", counted(taken.tokens)),
        Finding("ok", "cache", f"{kept:,} texts are kept, each for {ttl:,} s (EMAIL_GENERATION_CACHE_TTL)"),
    ]


def bank_finding(settings: Settings) -> Finding:
    """Whether the gate lets the sentences through that stand behind every model."""
    try:
        sentences = [*bank_sentences(bank_of(settings))]
    except SettingsError as error:
        return Finding("wrong", "bank", str(error))
    wrong = [f"{each.place}: {each.refusal.rule}" for each in sentences if each.refusal]
    if wrong:
        return Finding("wrong", "bank", f"{len(wrong)} sentences are refused by the gate: {'; '.join(wrong)}")
    return Finding("ok", "bank", f"the gate lets all of its {len(sentences)} sentences through")


def sender_findings(settings: Settings) -> Iterator[Finding]:
    """Who sends mails in each language, as laws want it shown."""
    try:
        senders = load_senders(settings.kairos_policy)
    except SenderPolicyError as error:
        yield Finding("wrong", "senders", str(error))
        return
    for language, name in LANGUAGES.items():
        sender = senders.get(language)
        if sender is None:
            says = f"mails in {name} do not say who sends them, which laws want: add [sender.{language}] to"
            yield Finding("note", "senders", f"{says} {settings.kairos_policy}")
        elif sender.opt_out_url is None:
            says = f"mails in {name} are from {sender.company}; readers opt out by {sender.contact}: add an"
            yield Finding("note", "senders", f"{says} opt_out_url to [sender.{language}] if there is one")
        else:
            says = f"mails in {name} are from {sender.company}; readers opt out at {sender.opt_out_url}"
            yield Finding("ok", "senders", says)


def policy_findings(settings: Settings) -> Iterator[Finding]:
    """What the worker `mail` reads when it starts, and whether it may write at all."""
    try:
        load_feed_policy(settings.kairos_policy)
        load_editorial(settings.kairos_editorial)
    except FeedPolicyError as error:
        yield Finding("wrong", "policy", str(error))
    if settings.kairos_public_url and (reasons := list(unsafe(settings))):
        yield Finding("wrong", "links", "; ".join(reasons))
    if settings.kairos_sending == "observe":
        says = "KAIROS_SENDING is observe: mails go to email-previews and to nobody, until it is live"
        yield Finding("note", "sending", says)
    else:
        yield Finding("ok", "sending", "KAIROS_SENDING is live: mails go to the topic emails")
