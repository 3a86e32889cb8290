"""Letters before their variation is chosen: mails that ask to come again, or ask a question. Pure."""

from collections.abc import Sequence

from schemas.decision import Brief
from workers.mail.engine.variation_types import VariationOption
from workers.mail.mail_draft import LATER, DraftSentence, DraftTexts, MailDraft, draft_of, literal
from workers.mail.phrases import PHRASES
from workers.mail.templates import MAX_NAME_CHARACTERS, greeting, known_paragraphs, known_subjects
from workers.mail.variation_rows import (
    COME_AGAIN_CALLS,
    COME_AGAIN_NAMED,
    COME_AGAIN_OPENINGS,
    QUESTION_CALLS,
    QUESTION_OPENINGS,
    QUESTION_SUBJECTS,
    WordedRow,
)
from workers.writing.gate.values import usable_value
from workers.writing.letter_plan import LetterKind

CALLS: dict[LetterKind, tuple[VariationOption, ...]] = {
    "come-again": COME_AGAIN_CALLS,
    "question": QUESTION_CALLS,
}


def letter_draft(given: Brief, kind: LetterKind, *, is_modelled: bool) -> MailDraft:
    """The letter of a brief; `is_modelled`: a model will write its subject and its introduction."""
    brief = usable_brief(given)
    phrases = PHRASES[brief.language]
    if kind == "question":
        subjects, openings = worded(QUESTION_SUBJECTS, brief), worded(QUESTION_OPENINGS, brief)
    else:
        subjects, openings = come_again_subjects(brief), come_again_openings(brief)
    made = DraftTexts(
        kind="letter" if kind == "come-again" else kind,
        language=brief.language,
        subjects=subjects,
        openings=openings,
        greeting=greeting(brief),
        calls=CALLS[kind],
        call=phrases.ask_reply if kind == "question" else phrases.reply,
        closing="" if is_modelled else phrases.closing,
        prose=(LATER,) if is_modelled else (),
    )
    return draft_of(made, is_modelled=is_modelled)


def usable_brief(brief: Brief) -> Brief:
    """The brief without what no mail may show."""

    def usable(names: Sequence[str]) -> list[str]:
        # an underscore of an interest is a blank
        shown = (usable_value(each.replace("_", " "), MAX_NAME_CHARACTERS) for each in names)
        return [each for each in shown if each]

    return brief.model_copy(
        update={
            "first_name": usable_value(brief.first_name or "", MAX_NAME_CHARACTERS),
            "interests": usable(brief.interests),
            "favorite_hosts": usable(brief.favorite_hosts),
            "venues": usable(brief.venues),
            "upcoming_events": usable(brief.upcoming_events),
        }
    )


def come_again_subjects(brief: Brief) -> list[DraftSentence]:
    """The subjects by what is known, the first fact first, and those that need none."""
    phrases = PHRASES[brief.language]
    subjects = {**known_subjects(brief, phrases), "plain": phrases.subject}
    return [literal(name, text) for name, text in subjects.items()] + worded([COME_AGAIN_NAMED], brief)


def come_again_openings(brief: Brief) -> list[DraftSentence]:
    """Each paragraph as the first one, with the others behind it."""
    known = known_paragraphs(brief, PHRASES[brief.language])
    if not known.keys() & {"event", "host", "venue"}:
        rest = tuple(known.values())
        return [each._replace(rest=rest) for each in worded(COME_AGAIN_OPENINGS, brief)]
    return [
        literal(name, text, tuple(other for other in known.values() if other != text))
        for name, text in known.items()
    ]


def worded(rows: Sequence[WordedRow], brief: Brief) -> list[DraftSentence]:
    """The rows in the language of a brief, those that need a name only where it is known."""
    name = brief.first_name or ""
    texts = ((row.name, row.text(brief.language)) for row in rows)
    return [literal(key, text.format(name=name)) for key, text in texts if name or "{name}" not in text]
