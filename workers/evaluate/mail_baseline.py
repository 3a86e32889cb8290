"""Whether mails have become worse than they were: groups of scores against those of a baseline file."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path

import msgspec

from workers.evaluate.mail_scores import MailScore, ScoredGroup
from workers.evaluate.readability import harder_by
from workers.writing.models import EmailLanguage


class AllowedChange(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How much worse a group may be than in the baseline, which has this as `allowed`.

    `whole` and `written` are shares that may be lost, `refusals` more refusals a mail; `tokens`, `cost` and
    `seconds` are parts by which these may grow (0.2: a fifth), `english_grades` and `japanese_points` how
    much harder to read they may be.
    """

    whole: float = 0.0
    written: float = 0.05
    refusals: float = 0.25
    tokens: float = 0.2
    cost: float = 0.2
    seconds: float = 2.0
    english_grades: float = 1.5
    japanese_points: float = 6.0


class GroupFigures(msgspec.Struct, frozen=True):
    """The figures of a group that are compared."""

    model: str
    language: str
    whole: float
    written: float
    refusals: float
    output_tokens: float
    micro_dollars: float
    seconds: float
    readability: float | None


class Baseline(msgspec.Struct, frozen=True):
    """A baseline file: groups of scores, and how much worse each may become."""

    groups: list[GroupFigures]
    allowed: AllowedChange = AllowedChange()


class BaselineError(ValueError):
    """A baseline that cannot be used; the text names the file."""


def read_baseline(path: Path) -> Baseline:
    """The baseline of a file; BaselineError if it is none."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=Baseline)
    except OSError as error:
        raise BaselineError(f"{path}: cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise BaselineError(f"{path}: no baseline of `kairos mail evaluate --write`: {error}") from error


def baseline_bytes(
    groups: Sequence[ScoredGroup], scores: Sequence[MailScore], allowed: AllowedChange | None = None
) -> bytes:
    """The file for scores: the groups, what is allowed, and every mail."""
    document = {
        "allowed": allowed or AllowedChange(),
        "groups": [asdict(group) for group in groups],
        "mails": [asdict(score) for score in scores],
    }
    return msgspec.json.format(msgspec.json.encode(document), indent=1) + b"\n"


def regressions(groups: Sequence[ScoredGroup], baseline: Baseline) -> Iterator[str]:
    """What is worse than in the baseline by more than it allows, one sentence each."""
    now = {(group.model, group.language.value): group for group in groups}
    for before in baseline.groups:
        group = now.get((before.model, before.language))
        if group is None:
            yield f"{before.model}, {before.language}: was not measured"
        else:
            yield from worse(group, before, baseline.allowed)


def worse(group: ScoredGroup, before: GroupFigures, allowed: AllowedChange) -> Iterator[str]:
    """What of a group is worse."""
    name = f"{group.model}, {group.language.value}"
    for what, was, is_now, least in (
        ("whole mails", before.whole, group.whole, before.whole - allowed.whole),
        ("texts by the model", before.written, group.written, before.written - allowed.written),
    ):
        if is_now < least:
            yield f"{name}: {what} {is_now:.0%}, was {was:.0%}, at least {least:.0%} is asked"
    for what, was, is_now, most in (
        ("refusals a mail", before.refusals, group.refusals, before.refusals + allowed.refusals),
        (
            "output tokens",
            before.output_tokens,
            group.output_tokens,
            before.output_tokens * (1 + allowed.tokens),
        ),
        (
            "micro-dollars",
            before.micro_dollars,
            group.micro_dollars,
            before.micro_dollars * (1 + allowed.cost),
        ),
        ("seconds", before.seconds, group.seconds, before.seconds * (1 + allowed.seconds)),
    ):
        if is_now > most:
            yield f"{name}: {what} {is_now:,.2f}, was {was:,.2f}, at most {most:,.2f} is asked"
    if before.readability is not None and group.readability is not None:
        yield from harder(name, group.language, before.readability, group.readability, allowed)


def harder(
    name: str, language: EmailLanguage, was: float, is_now: float, allowed: AllowedChange
) -> Iterator[str]:
    """Whether a group is harder to read."""
    most = allowed.japanese_points if language is EmailLanguage.JAPANESE else allowed.english_grades
    if (by := harder_by(language, was, is_now)) > most:
        figures = f"readability {is_now:.1f}, was {was:.1f}: harder by {by:.1f}"
        yield f"{name}: {figures}, at most {most:.1f} is asked"
