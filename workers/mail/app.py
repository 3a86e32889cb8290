"""The worker `mail`: the stage and the writer that the settings choose."""

import threading

from workers.mail.gpt import gpt_writer
from workers.mail.permissions import MailPermissions
from workers.mail.stage import stage
from workers.mail.templates import TemplateWriter
from workers.mail.writer import FallbackWriter, Writer
from workers.runtime.kafka.whole_topic import held
from workers.runtime.process.clock import now_ms
from workers.runtime.process.settings import Settings
from workers.runtime.runner.runner import Runner


def writer(settings: Settings) -> Writer:
    """GPT with the templates as its fallback when an API key is set, else the templates."""
    key = settings.openai_api_key.get_secret_value() if settings.openai_api_key else ""
    return FallbackWriter(gpt_writer(settings, key), TemplateWriter()) if key else TemplateWriter()


def run(settings: Settings, stop: threading.Event) -> None:
    """Run the worker until a signal; Faust handles the signals, so `stop` is not used."""
    permissions = MailPermissions()
    mail = stage(writer(settings), now_ms, permissions.withheld)
    runner = Runner("mail", (mail,), settings, others=[topic.topic for topic in permissions.topics])
    with held(settings, permissions.topics):
        runner.run()
