"""What people and their mail programs did: it passes through `route` into the inbox, without a state."""

from collections.abc import Callable, Mapping, Sequence

from schemas.answers import Answer
from schemas.contact_facts import AnswerFact
from schemas.fact_base import check_time_of_fact
from schemas.facts import EngagementFact, InteractionFact, ResumeFact
from schemas.interactions import Interaction, ResumeUpload
from schemas.mail import Engagement
from schemas.model import to_epoch_ms
from workers.product.reading.answers import read_answered
from workers.product.reading.resumes import read_resume
from workers.product.reading.values import PartialRead, read_id
from workers.route.versions import NO_VALUE
from workers.runtime.stage import Action, Irregularity, Output, Record

BOT, UNKNOWN_JOB = Irregularity("bot"), Irregularity("unknown-job")


def engagement(record: Record) -> Sequence[Action]:
    """The outcome of a decision, for the inbox of its person.

    It passes under any time: without an outcome another mail would follow. How a link was requested stays
    behind: it tells who clicked, not what became of the mail. What no person did for certain goes no further:
    somebody whose mails a scanner reads is not taken for a reader.
    """
    value: Engagement | None = record.value
    if value is None:
        return (NO_VALUE,)
    if value.outcome == "clicked" and value.click is not None and not value.click.shows_interest:
        return (BOT,)
    id_ = f"engagements/{value.decision_id}/{value.outcome}"
    said = value if value.click is None else value.model_copy(update={"click": None})
    fact = EngagementFact(id=id_, version=record.version, at=record.at, value=said)
    return (Output("inbox", read_id(value.person) or "", fact, record.version, id_),)


def interaction(record: Record) -> Sequence[Action]:
    """An interaction on the job site, for the inbox of its person; raises ValueError for a wrong time.

    Nothing is learned from a bot: what it did is counted, and goes no further.
    """
    value: Interaction | ResumeUpload | None = record.value
    if value is None:
        return (NO_VALUE,)
    check_time_of_fact(record.at)
    if isinstance(value, ResumeUpload):
        return (resume(value, record.at),)
    if value.bot:
        return (BOT,)
    counted = (UNKNOWN_JOB,) if value.unknown_job else ()
    fact = InteractionFact(id=f"interactions/{value.id}", version=record.version, at=record.at, value=value)
    id_ = f"{fact.id}@{record.version[0]}.{record.version[1]}"
    return (Output("inbox", read_id(value.person) or "", fact, record.version, id_), *counted)


def resume(upload: ResumeUpload, at: int) -> Output:
    """A person's own résumé, at a time (epoch ms), for their inbox: an empty one takes it back.

    Raises ValueError for one that cannot be read: programs from outside may write any text.
    """
    text = read_resume(upload.text)
    text = text.value if isinstance(text, PartialRead) else text
    person, version = read_id(upload.person) or "", (0, at)  # of several the last in time counts
    value = None if text is None else ResumeUpload(person=person, text=text)
    fact = ResumeFact(id=f"resumes/{person}", version=version, at=at, value=value)
    return Output("inbox", person, fact, version, f"{fact.id}@{at}")


def answer(record: Record) -> Sequence[Action]:
    """An answer to a question, for the inbox of its person; raises ValueError for one that cannot be read.

    Of several answers for a field the last in time counts, in whatever order they come; none was given after
    its record was written.
    """
    value: Answer | None = record.value
    if value is None:
        return (NO_VALUE,)
    read_answered(value.field, value.value)
    at = min(to_epoch_ms(value.at), record.at)
    check_time_of_fact(at)
    person, version = read_id(value.person) or "", (0, at)
    fact = AnswerFact(id=f"answers/{person}/{value.field}", version=version, at=at, value=value)
    return (Output("inbox", person, fact, version, f"{fact.id}@{at}"),)


# what a topic's records become without a state of their own
PASSED_ON: Mapping[str, Callable[[Record], Sequence[Action]]] = {
    "answers": answer,
    "engagements": engagement,
    "interactions": interaction,
}
