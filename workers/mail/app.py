"""The worker `mail`: the stage and the writer that the settings choose."""

import threading
from collections.abc import Callable
from functools import partial

from schemas.decision import LATE_MS
from workers.mail.answer_link import LinkingWriter
from workers.mail.permissions import MailPermissions
from workers.mail.stage import stage
from workers.mail.templates import TemplateWriter
from workers.mail.writer import FallbackWriter, Writer
from workers.product.answer_links import answer_link
from workers.runtime.kafka.whole_topic import held
from workers.runtime.process.clock import now_ms
from workers.runtime.process.http_settings import unsafe
from workers.runtime.process.settings import Settings, SettingsError
from workers.runtime.runner.runner import Runner


def writer(settings: Settings) -> Writer:
    """GPT with the templates as its fallback when an API key is set, else the templates.

    With a public address mails that ask have a link. Raises SettingsError when anybody could forge it.
    """
    key = settings.openai_api_key.get_secret_value() if settings.openai_api_key else ""
    writes: Writer = TemplateWriter()
    if key:
        from workers.mail.gpt import gpt_writer  # openai is slow to import

        writes = FallbackWriter(gpt_writer(settings, key), writes)
    if not settings.kairos_public_url:
        return writes
    if reasons := list(unsafe(settings)):
        raise SettingsError("; ".join(reasons))
    return LinkingWriter(writes, partial(answer_link, settings))


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

    mail = stage(writer(settings), now_ms, permissions.withheld, caught_up_at)
    others = [topic.topic for topic in permissions.topics]
    runner = Runner("mail", (mail,), settings, others=others, on_caught_up=caught_up.note)
    with held(settings, permissions.topics):
        runner.run()
