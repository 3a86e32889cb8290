"""`kairos explain`: why one person is written to, asked, or left alone, now or at an earlier time."""

from datetime import datetime

import click
from rich.console import Console

from schemas.model import from_epoch_ms, to_epoch_ms
from workers.commands import explain_view as view
from workers.commands.explain_view import LAST, Explanation
from workers.commands.help import KAFKA, needs
from workers.commands.moment_option import at_option
from workers.commands.person_history import PersonHistory, history_of, unknown_at
from workers.commands.profile import READ_MODEL, as_json, read_model, user
from workers.commands.profile_view import unknown
from workers.people.policy import load_policy
from workers.runtime.kafka.reader import reading
from workers.runtime.process.clock import now_ms
from workers.runtime.process.settings import load
from workers.serve.read_model import ReadModel
from workers.serve.timeline import entry_of_decision

NO_USER = "there is no user document, and nobody is written to without one"
NOT_YET = "the user document is new; the next watermark decides"


@click.command(
    epilog=needs(
        f"{READ_MODEL}; with --at: {KAFKA} instead",
        "kairos explain mia",
        "kairos explain mia --at 2026-03-01T09:00",
    )
)
@user
@at_option
@as_json
def explain(user: str, at: datetime | None, as_json: bool) -> None:
    """Show why one person is written to, asked, or left alone.

    Prints the decision that holds, every rule with what it looked at, when it is looked at again, the last
    mail that was written, and the last decisions. With --at: those that held at an earlier time, made again
    from the recorded inbox under the policy of the settings; that reads one partition of the inbox.

    USER is the id of a user in your database, as text.
    """
    if at is None:
        with read_model() as model:
            explanation = explained(model, user)
    else:
        settings = load()
        with reading(settings) as reader:
            policy = load_policy(settings.kairos_policy)
            explanation = explained_then(history_of(reader, user, policy, to_epoch_ms(at)), user, at)
    if as_json:
        click.echo(view.as_json(explanation))
    else:
        time = at or from_epoch_ms(now_ms())
        Console(highlight=False).print(view.explanation_page(explanation, time))


def explained(model: ReadModel, person: str) -> Explanation:
    """The decision that holds now, from the read model. ClickException for somebody unknown."""
    decision, mail, entries = model.decision(person), model.mail(person), model.timeline(person)
    because = None
    if decision is None:
        has_profile = model.profile(person) is not None
        if not entries and not has_profile:
            raise click.ClickException(unknown(person, "decision", model.totals()))
        because = NOT_YET if has_profile else NO_USER
    decisions = [entry for entry in entries if entry.kind == "decision"]
    return Explanation(person, decision, because, mail, decisions[-LAST:])


def explained_then(history: PersonHistory, person: str, at: datetime) -> Explanation:
    """The decision that held at a time, from the replay of a person. ClickException for somebody unknown."""
    if history.facts == 0:
        raise click.ClickException(unknown_at(history, person, at))
    because = None
    if history.decision is None:
        because = NO_USER if history.profile is None else NOT_YET
    decisions = [entry_of_decision(decision) for decision in history.decisions]
    return Explanation(person, history.decision, because, None, decisions[-LAST:], is_cut=history.is_cut)
