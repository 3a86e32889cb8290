"""The worker `deliver`: the stage, and the mail server that the settings name."""

import threading
from collections.abc import Mapping
from contextlib import nullcontext
from datetime import date
from urllib.parse import urlsplit

from workers.deliver.bounce_mailbox import BounceMailbox
from workers.deliver.deliverer import Deliverer
from workers.deliver.dkim import DkimKey, read_key
from workers.deliver.full_mailboxes import full_mailboxes
from workers.deliver.handed_over import HandedOverToday
from workers.deliver.known import Known
from workers.deliver.mail_server import MailServer
from workers.deliver.message import TOKEN, MailOrigin
from workers.deliver.pace import SendingPace
from workers.deliver.returned import returns
from workers.deliver.returns_reader import ReturnsReader
from workers.deliver.stage import NAME, stage
from workers.deliver.warm_up import WarmUp
from workers.product.returns.references import MailReferences
from workers.product.unsubscribe_links import PATH, unsubscribe_tokens
from workers.runtime.kafka.whole_topic import held
from workers.runtime.process.clock import now_ms
from workers.runtime.process.http_settings import is_loopback, unsafe
from workers.runtime.process.settings import Settings, SettingsError
from workers.runtime.process.smtp_settings import smtp_tls, unfit_for_sending
from workers.runtime.runner.runner import Runner
from workers.writing.rendering.page import Sender
from workers.writing.senders import LANGUAGES, load_senders


def deliverer(settings: Settings, known: Known, today: HandedOverToday | None = None) -> Deliverer:
    """What hands mails over, with these settings; raises SettingsError and SenderPolicyError.

    Every language needs its sender in the policy, since no mail may go out without one, and links that
    unsubscribe need secrets that nobody else knows.
    """
    wrong = [*unfit_for_sending(settings)]
    senders = load_senders(settings.kairos_policy)
    wrong += [
        f"{settings.kairos_policy}: deliver needs [sender.{language}], who mails are from"
        for language in LANGUAGES
        if language not in senders
    ]
    if one_click_url(settings):
        wrong += unsafe(settings)
    server = settings.smtp_server
    if wrong or server is None:
        raise SettingsError("; ".join(wrong))
    try:
        tls = smtp_tls(settings)
    except ValueError as error:
        raise SettingsError(str(error)) from None
    origin = origin_of(settings, senders)
    return Deliverer(
        MailServer(server, tls, settings.kairos_smtp_timeout_seconds, origin.domain),
        known,
        origin,
        SendingPace(settings.kairos_pace_start, settings.kairos_pace_most),
        settings.kairos_return_path or settings.kairos_mail_from,
        settings.retry_ms,
        settings.kairos_smtp_connections,
        now_ms,
        today,
    )


def origin_of(settings: Settings, senders: Mapping[str, Sender]) -> MailOrigin:
    """Who sends; raises SettingsError for a key that cannot sign."""
    return MailOrigin(
        settings.kairos_mail_from,
        senders,
        unsubscribe_tokens(settings),
        MailReferences(settings.token_secrets),
        settings.kairos_mail_reply_to,
        one_click_url(settings),
        dkim_key(settings),
    )


def one_click_url(settings: Settings) -> str:
    """Where a POST unsubscribes, with the token to be put in: a page of the product, or serve's.

    That is offered by https, and without it to mail programs of this machine only.
    """
    public = settings.kairos_public_url
    is_offered = public.startswith("https:") or is_of_this_machine(public)
    return settings.kairos_unsubscribe_url or (f"{public}{PATH}{TOKEN}" if is_offered else "")


def is_of_this_machine(url: str) -> bool:
    """Whether only programs of this machine can reach an address."""
    host = urlsplit(url).hostname or ""
    try:
        return is_loopback(host)
    except ValueError:  # a name
        return False


def dkim_key(settings: Settings) -> DkimKey | None:
    """The key of the domain that mails come from, None when nothing is signed; raises SettingsError."""
    if settings.kairos_dkim_key is None:
        return None
    try:
        key = read_key(settings.kairos_dkim_key.get_secret_value())
    except ValueError as error:
        raise SettingsError(f"KAIROS_DKIM_KEY: {error}") from None
    domain = settings.kairos_mail_from.rpartition("@")[2]
    return DkimKey(domain, settings.kairos_dkim_selector, key)


def returns_reader(settings: Settings) -> ReturnsReader | None:
    """What reads the mailbox of bounces, None without one; raises SettingsError.

    Only what a signature proves is believed of what stands there, so the secrets must be our own.
    """
    mailbox = settings.bounce_mailbox
    if mailbox is None:
        return None
    if settings.kairos_token_secrets is None:
        raise SettingsError(
            "KAIROS_TOKEN_SECRETS: KAIROS_BOUNCE_MAILBOX needs it, or anybody could make up bounces"
        )
    try:
        tls = smtp_tls(settings)
    except ValueError as error:
        raise SettingsError(str(error)) from None
    references = MailReferences(settings.token_secrets)
    return ReturnsReader(BounceMailbox(mailbox, tls), references, settings.kairos_bounce_poll_seconds, now_ms)


def handed_over_today(settings: Settings) -> HandedOverToday | None:
    """What counts the mails of each day while the domain warms up, None when it does not."""
    limits, start = settings.warm_up_limits, settings.kairos_warm_up_start
    if not limits or start is None:
        return None
    warm_up = WarmUp(limits, (start - date(1970, 1, 1)).days)
    return HandedOverToday(warm_up) if warm_up.most(now_ms()) is not None else None


def run(settings: Settings, stop: threading.Event) -> None:
    """Run the worker until a signal; Faust handles the signals, so `stop` is not used."""
    known = Known()
    today = handed_over_today(settings)
    stages = (stage(deliverer(settings, known, today).act), returns(), full_mailboxes())
    reader = returns_reader(settings)
    others = [known.addresses.topic, *(topic.topic for topic in known.permissions)]
    # addresses by themselves: what people said need not wait until all profiles are read
    counts = held(settings, [today]) if today is not None else nullcontext()
    with held(settings, known.permissions), held(settings, [known.addresses]), counts:
        Runner(NAME, stages, settings, None if reader is None else reader.run, others).run()
