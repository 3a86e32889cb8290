"""The worker `mail`: the stage and the writer that the settings choose."""

import threading
from typing import Any

from workers.mail.gpt import gpt_writer
from workers.mail.stage import stage
from workers.mail.templates import TemplateWriter
from workers.mail.writer import FallbackWriter, Writer
from workers.runtime.process.clock import now_ms
from workers.runtime.process.settings import Settings
from workers.runtime.runner.runner import Runner
from workers.runtime.stage import Stage


def writer(settings: Settings) -> Writer:
    """GPT with the templates as its fallback when an API key is set, else the templates."""
    key = settings.openai_api_key.get_secret_value() if settings.openai_api_key else ""
    return FallbackWriter(gpt_writer(settings, key), TemplateWriter()) if key else TemplateWriter()


def stages(settings: Settings) -> tuple[Stage[Any], ...]:
    """Return the stages of the worker `mail`."""
    return (stage(writer(settings), now_ms),)


def run(settings: Settings, stop: threading.Event) -> None:
    """Run the worker until a signal; Faust handles the signals, so `stop` is not used."""
    Runner("mail", stages(settings), settings).run()
