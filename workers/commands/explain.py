"""`kairos explain`: why one person is written to, asked, or left alone, now or at an earlier time."""

from datetime import datetime

import click
from kafka.errors import KafkaError
from rich.console import Console

from schemas.model import from_epoch_ms, to_epoch_ms
from workers.commands import explain_view as view
from workers.commands.explain_nearest import PersonNow, nearest_text, person_now
from workers.commands.explain_view import LAST, Explanation
from workers.commands.fleet_stage import fleet_stage, launch_of
from workers.commands.help import KAFKA, needs
from workers.commands.moment_option import at_option
from workers.commands.person_history import history_of, unknown_at
from workers.commands.profile import READ_MODEL, as_json, pauses_of, read_model, user
from workers.commands.profile_view import unknown
from workers.people.policy import load_policy
from workers.runtime.kafka.reader import Reader, ReadingError, reading
from workers.runtime.process.clock import now_ms
from workers.runtime.process.settings import Settings, load
from workers.serve.read_model import ReadModel
from workers.serve.timeline import entry_of_decision

NO_USER = "there is no user document, and nobody is written to without one"
NOT_YET = "the user document is new; the next watermark decides"


@click.command(
    epilog=needs(
        f"{READ_MODEL}; {KAFKA} for the nearest change, and alone with --at",
        "kairos explain mia",
        "kairos explain mia --at 2026-03-01T09:00",
    )
)
@user
@at_option
@as_json
def explain(user: str, at: datetime | None, as_json: bool) -> None:
    """Show why one person is written to, asked, or left alone.

    Prints the decision that holds, every rule with what it looked at, when it is looked at again, the nearest
    change that would make another decision of it (if Kafka answers: it needs the state of the person), the
    last mail that was written, and the last decisions.

    With --at: those that held at an earlier time, made again from the recorded inbox under the policy of the
    settings; that reads one partition of the inbox.

    USER is the id of a user in your database, as text.
    """
    settings, paused = load(), []
    if at is None:
        with read_model() as model:
            explanation, paused = explained(model, user), pauses_of(model, user)
        explanation = explanation._replace(nearest=nearest_now(settings, explanation))
    else:
        with reading(settings) as reader:
            explanation = explained_then(reader, settings, user, at)
    if as_json:
        click.echo(view.as_json(explanation))
    else:
        time = at or from_epoch_ms(now_ms())
        Console(highlight=False).print(*paused, view.explanation_page(explanation, time), sep="\n")


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


def nearest_now(settings: Settings, explanation: Explanation) -> str | None:
    """The nearest change as of now, from the states of `people`; None if Kafka does not have them."""
    if explanation.decision is None:
        return None
    try:
        with reading(settings) as reader:
            now = person_now(reader, explanation.person)
    except (ReadingError, KafkaError):
        return None
    if now is None:
        return None
    policy = load_policy(settings.kairos_policy)
    return nearest_text(now, explanation.decision, now_ms(), policy, launch_of(settings).is_ramped)


def explained_then(reader: Reader, settings: Settings, person: str, at: datetime) -> Explanation:
    """The decision that held at a time, from the replay of a person. ClickException for somebody unknown."""
    policy, until = load_policy(settings.kairos_policy), to_epoch_ms(at)
    history = history_of(reader, person, fleet_stage(settings, policy), until)
    if history.facts == 0:
        raise click.ClickException(unknown_at(history, person, at))
    because = nearest = None
    if history.decision is None:
        because = NO_USER if history.profile is None else NOT_YET
    elif history.stored is not None:
        then = PersonNow(history.stored, history.mark)
        nearest = nearest_text(then, history.decision, until, policy, launch_of(settings).is_ramped)
    decisions = [entry_of_decision(decision) for decision in history.decisions]
    return Explanation(
        person, history.decision, because, None, decisions[-LAST:], nearest, is_cut=history.is_cut
    )
