"""What readers did with the mails of a run, summed anew without the code of `learn`."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from schemas.mail import Email, MailVariation
from tests.mail_readers import MailReaders, form_of
from workers.recommend.variations.evidence import WINDOW_MS, LearningRules


class CellTruth(NamedTuple):
    """Windows and clicks of a variation in a segment, of all time, and as they weigh at last."""

    windows: int
    clicks: int
    weight: float
    clicked_weight: float


def done(
    mails: Iterable[Email], handed_over: Mapping[str, int], clicked: Mapping[str, Sequence[int]]
) -> dict[str, CellTruth]:
    """What is to be learnt of mails by segment and variation, when all windows are over.

    `handed_over` has the times by decision, `clicked` those of the clicks of people.
    """
    cells: dict[str, list[tuple[int, bool]]] = {}
    for mail in mails:
        at = handed_over[mail.decision_id]
        is_clicked = any(each <= at + WINDOW_MS for each in clicked[mail.decision_id])
        for choice in mail.choices if is_taught(mail) else ():
            cells.setdefault(f"{choice.segment}/{choice.arm}", []).append((at, is_clicked))
    return {cell: truth_of(ends) for cell, ends in cells.items()}


def truth_of(ends: Sequence[tuple[int, bool]]) -> CellTruth:
    """What mails say together that were handed over at these times, each clicked or not."""
    last, half_life = max(at for at, _ in ends), LearningRules().half_life
    weights = [(0.5 ** ((last - at) / half_life), is_clicked) for at, is_clicked in ends]
    return CellTruth(
        len(ends),
        sum(is_clicked for _, is_clicked in ends),
        sum(weight for weight, _ in weights),
        sum(weight for weight, is_clicked in weights if is_clicked),
    )


def share_of_best(mails: Sequence[Email], of_all: Iterable[Email], readers: MailReaders) -> float:
    """The mean probability of the subjects that readers like best, in mails whose subject was drawn.

    Which arms those are is seen in all mails.
    """
    best = {
        (mail.language, choice_of(mail).sent or choice_of(mail).arm)
        for mail in of_all
        if form_of(mail.language, mail.subject) == readers.liked(mail.language)
    }
    shares = [
        sum(p for arm, p in choice_of(mail).probabilities.items() if (mail.language, arm) in best)
        for mail in mails
        if choice_of(mail).reason == "drawn"
    ]
    return sum(shares) / len(shares)


def is_taught(mail: Email) -> bool:
    """Whether a mail teaches: those to the control group and the hold-out do not."""
    return choice_of(mail).reason not in ("control", "hold-out")


def choice_of(mail: Email) -> MailVariation:
    """How the subject of a mail was chosen."""
    assert mail.variation is not None
    return mail.variation
