"""The command `kairos`: the list of commands, and the exit codes and lines of errors.

A command's module is imported only when the command is run, so that `kairos --help` is fast.
"""

import sys
from importlib import import_module
from typing import Any

import click

from workers.commands.help import CommandGroup
from workers.runtime.process.error_text import one_line
from workers.runtime.process.garbage import collected_rarely

# name, module, one line for the list; the module has the command under the same name (_ for -)
COMMANDS = (
    ("demo", "workers.commands.demo", "Everything at once: own services, the fleet, 200 people, live."),
    (
        "services",
        "workers.commands.services",
        "Kafka, a MongoDB and Redis for development: up, down, status.",
    ),
    ("check", "workers.commands.check", "What would be read of your product; a proposed mapping."),
    ("topics", "workers.commands.topics", "The fleet's topics on a broker: plan, apply, graph."),
    ("up", "workers.commands.worker", "Run the whole fleet on this machine."),
    ("worker", "workers.commands.worker", "Run single workers: capture, route, people, mail, serve …"),
    ("profile", "workers.commands.profile", "Show what is known of one person."),
    ("explain", "workers.commands.explain", "Show why one person is written to, asked, or left alone."),
    ("pause", "workers.commands.pause", "Hold back all mails, those of a campaign, or of a person."),
    ("resume", "workers.commands.pause", "End a pause; everybody is decided about anew."),
    ("suppress", "workers.commands.suppress", "Who is never written to: add, import, list, remove."),
    ("consent", "workers.commands.consent", "Who agreed to be written to: import."),
    (
        "mail",
        "workers.commands.mail",
        "A mail before it is sent, and what writes it: preview, check.",
    ),
    ("deliver", "workers.commands.deliver", "Mails that may have been sent: parked, resolve."),
    ("enrich", "workers.commands.enrich", "Make profiles from files, without any service."),
    ("what-if", "workers.commands.what_if", "What another policy would have decided, and for whom."),
    ("replay", "workers.commands.replay", "Run the recorded inbox again, in memory, and compare."),
    ("rebuild", "workers.commands.rebuild", "Let a worker read everything anew: people, jobs."),
    ("verify", "workers.commands.verify", "Compare profiles with their documents, trends with signals."),
    ("jobs", "workers.commands.jobs", "The job feed: figures of what people do, tokens for pages."),
    ("learn", "workers.commands.learn", "Which variation of a mail works: what was learned from clicks."),
    ("metrics", "workers.commands.metrics", "What the workers tell Prometheus: names, labels, meanings."),
    ("capture", "workers.commands.capture", "What capture asks: confirm a snapshot's deletions."),
    ("dead-letters", "workers.commands.dead_letters", "Records that could not be used: list, show, replay."),
)
# an error's module, class and exit code; all other errors are bugs and keep their traceback
ERRORS = (
    ("workers.runtime.process.settings", "SettingsError", 2),
    ("workers.product.sources", "SourcesError", 2),
    ("workers.people.policy", "PolicyError", 2),
    ("workers.evaluate.item_models", "RivalsMissing", 1),
    ("workers.recommend.policy", "FeedPolicyError", 2),
    ("workers.writing.senders", "SenderPolicyError", 2),
    ("workers.evaluate.mail_baseline", "BaselineError", 2),
    ("topics.plan", "TopicsError", 1),
    ("workers.runtime.kafka.broker", "TopicsUnfit", 7),
    ("workers.runtime.kafka.broker", "TopicsMissing", 1),
    ("workers.runtime.kafka.reader", "ReadingError", 1),
    ("deploy.embedded.failure", "ServicesError", 1),
    ("kafka.errors", "KafkaError", 1),
    ("aiokafka.errors", "KafkaError", 1),
    ("pymongo.errors", "PyMongoError", 1),
    ("redis.exceptions", "RedisError", 1),
    ("requests.exceptions", "RequestException", 1),
)
HELP = """Kairos writes to the right person at the right moment.

It watches the databases of a product, keeps one living profile per person, decides at every moment
whether to write, ask or wait, and writes the mail.

\b
Start with one of these:
  kairos demo   see all of it work, on services of its own
  kairos up     the same for your own product; `kairos topics apply` comes before it
"""
SETTINGS = """\b
Settings come from the environment:
  KAFKA_URL    kafka://host:port of your broker          (kafka://127.0.0.1:9092)
  MONGO_URL    mongodb://host:port of your documents     (mongodb://127.0.0.1:27017)
  REDIS_URL    redis://host:port/db of the read model    (redis://127.0.0.1:6379/0)
  KAIROS_PREFIX, KAIROS_PARTITIONS, KAIROS_REPLICATION, KAIROS_SOURCES, OPENAI_API_KEY …
  KAIROS_SENDING (observe, live), KAIROS_DAILY_LIMITS: whether mails are written, and how many at first
  KAIROS_SMTP_URL, KAIROS_MAIL_FROM …: through which server mails are sent; none without them
  KAIROS_MODE, KAIROS_HTTP_PORT, KAIROS_TOKEN_SECRETS … for the HTTP of serve

\b
Any of them can be given by a file: MONGO_URL_FILE=/run/secrets/mongo.
workers/runtime/process/settings.py has all of them.
"""


class LazyGroup(CommandGroup):
    """A group that imports a command when it is used."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of the commands in the order of the table, in which a newcomer needs them."""
        return [name for name, _, _ in COMMANDS]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of a name; None when there is none. A missing module is a usage error."""
        for name, module, _ in COMMANDS:
            if name == cmd_name:
                return import_command(name, module)
        return None

    def command_lines(self, ctx: click.Context) -> list[tuple[str, str]]:
        """The lines of the table, so that no command is imported for its help."""
        return [(name, line) for name, _, line in COMMANDS]


def import_command(name: str, module: str) -> click.Command:
    """Import one command; raises a usage error when its module does not exist."""
    try:
        with collected_rarely():  # a module makes many objects, and none of them is garbage
            command = getattr(import_module(module), name.replace("-", "_"))
    except ModuleNotFoundError as error:
        if error.name != module:
            raise
        raise click.UsageError(f"`kairos {name}` is not part of this version") from None
    assert isinstance(command, click.Command)
    return command


@click.group(
    cls=LazyGroup, help=HELP, epilog=SETTINGS, context_settings={"help_option_names": ["-h", "--help"]}
)
@click.version_option(package_name="kairos")
def kairos() -> None:
    """Group the commands; the help text is HELP."""


def exit_code(error: BaseException) -> int | None:
    """The exit code for an error that its user can fix; None for all others."""
    names = {(class_.__module__, class_.__name__) for class_ in type(error).__mro__}
    return next((code for module, name, code in ERRORS if (module, name) in names), None)


def main(arguments: list[str] | None = None) -> Any:
    """Run `kairos`. An error that its user can fix is one line on stderr and an exit code, no traceback."""
    try:
        kairos.main(args=arguments, prog_name="kairos")
    except Exception as error:
        code = exit_code(error)
        if code is None:
            raise
        from workers.commands.unanswered import hint

        click.echo(f"kairos: {hint(error) or one_line(error)}", err=True)
        sys.exit(code)
