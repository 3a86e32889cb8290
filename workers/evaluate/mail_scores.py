"""Scores of mails: whether each is whole, who wrote it, what it has cost, how easy it is to read. Pure."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import fmean, median

from workers.evaluate.golden_readers import Lists
from workers.evaluate.readability import readability
from workers.writing.models import (
    EmailContent,
    EmailLanguage,
    EmailSectionType,
    GenerationResult,
    GenerationStatus,
)
from workers.writing.tokens import MOCK, tokens_of

TEXTS = ("introduction", "sections")  # the two texts of a mail, each of which has one origin


@dataclass(frozen=True)
class MailScore:
    """One mail; `problems` is why it is not whole, `refusals` are those of the gate by check."""

    model: str
    language: EmailLanguage
    reader: str
    problems: tuple[str, ...]
    origins: tuple[str, ...]
    reason: str | None
    refusals: Mapping[str, int]
    input_tokens: int
    output_tokens: int
    micro_dollars: int
    seconds: float
    readability: float | None


@dataclass(frozen=True)
class ScoredGroup:
    """All mails of a model in a language: means a mail, and shares from 0 to 1.

    `written` is the share of texts that the model wrote, the others come from the bank. `seconds` is the
    median, `readability` None where there were no texts.
    """

    model: str
    language: EmailLanguage
    mails: int
    whole: float
    written: float
    refusals: float
    by_check: Mapping[str, int]
    input_tokens: float
    output_tokens: float
    micro_dollars: float
    seconds: float
    slowest: float
    readability: float | None
    problems: Sequence[str] = field(default_factory=tuple)


def score_of(
    model: str,
    reader: str,
    lists: Lists,
    language: EmailLanguage,
    result: GenerationResult,
    refusals: Counter[str],
) -> MailScore:
    """The score of a result for lists of jobs."""
    mail = result.email_content
    metadata = mail.generation_metadata if mail is not None else {}
    return MailScore(
        model=model,
        language=language,
        reader=reader,
        problems=tuple(problems_of(result, lists, language)),
        origins=tuple(str(metadata.get(name, "none")) for name in TEXTS),
        reason=result.reason,
        refusals=dict(refusals),
        input_tokens=result.input_tokens,
        output_tokens=result.output_tokens,
        micro_dollars=result.cost_micro_dollars,
        seconds=result.duration_ms / 1000,
        readability=None if mail is None else readability(prose_of(mail), language),
    )


def problems_of(result: GenerationResult, lists: Lists, language: EmailLanguage) -> Iterator[str]:
    """Why a mail is not whole."""
    mail = result.email_content
    if result.status is not GenerationStatus.COMPLETED or mail is None:
        yield f"not written: {result.error_message}"
        return
    given = sum(map(len, lists.values()))
    shown = sum(len(section.job_descriptions) for section in mail.sections)
    left_out = mail.generation_metadata["left_out"]
    if shown + left_out != given:
        yield f"{shown} jobs, {left_out} left out, of {given}"
    yield from problems_of_sections(mail, lists)
    yield from problems_of_texts(mail, language)


def problems_of_sections(mail: EmailContent, lists: Lists) -> Iterator[str]:
    """Why the sections are not those that were asked for."""
    if [section.section_type for section in mail.sections] != list(EmailSectionType):
        yield "not the six sections"
    for section in mail.sections:
        known = [job.job_id for job in lists[section.section_type]]
        if [each for each in known if each in section.job_ids] != section.job_ids:
            yield f"{section.section_type}: other jobs, or in another order"
        if len(section.job_ids) != len(section.job_descriptions):
            yield f"{section.section_type}: a job without a line"


def problems_of_texts(mail: EmailContent, language: EmailLanguage) -> Iterator[str]:
    """Why the texts are not those of a mail that is sent."""
    if mail.language is not language:
        yield f"in {mail.language}"
    if not all(text.strip() for text in (mail.subject, mail.preheader, mail.introduction, mail.closing)):
        yield "an empty text"
    if tokens_of(f"{mail.subject}{mail.text}{mail.html}"):
        yield "a token was left"
    if mail.subject.startswith(MOCK):
        yield "a mark in the subject"


def prose_of(mail: EmailContent) -> str:
    """What was written for a mail, without jobs; each text ends as a sentence."""
    texts = [mail.introduction, *(section.intro_text for section in mail.sections), mail.closing]
    return "\n".join(text if text[-1:] in ".!?。！？" else f"{text}." for text in texts if text)


def groups_of(scores: Sequence[MailScore]) -> list[ScoredGroup]:
    """The groups, in the order in which their first mail came."""
    groups: dict[tuple[str, EmailLanguage], list[MailScore]] = {}
    for score in scores:
        groups.setdefault((score.model, score.language), []).append(score)
    return [group_of(members) for members in groups.values()]


def group_of(scores: Sequence[MailScore]) -> ScoredGroup:
    """One group, of at least one mail."""
    by_check: Counter[str] = Counter()
    for score in scores:
        by_check.update(score.refusals)
    grades = [score.readability for score in scores if score.readability is not None]
    origins = [origin for score in scores for origin in score.origins]
    return ScoredGroup(
        model=scores[0].model,
        language=scores[0].language,
        mails=len(scores),
        whole=fmean(not score.problems for score in scores),
        written=fmean(origin in ("model", "cache") for origin in origins),
        refusals=by_check.total() / len(scores),
        by_check=dict(by_check.most_common()),
        input_tokens=fmean(score.input_tokens for score in scores),
        output_tokens=fmean(score.output_tokens for score in scores),
        micro_dollars=fmean(score.micro_dollars for score in scores),
        seconds=median(score.seconds for score in scores),
        slowest=max(score.seconds for score in scores),
        readability=fmean(grades) if grades else None,
        problems=[f"{score.reader}: {problem}" for score in scores for problem in score.problems],
    )
