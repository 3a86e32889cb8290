"""The check of a whole mail: what no single text can show. Pure."""

import re
from collections.abc import Iterable, Sequence

from workers.writing.gate.passage import SENTENCE_ENDS
from workers.writing.gate.refusal import Refusal

CHECK = "mail"
# shorter sentences, such as "See all roles." or 「ぜひご覧ください。」, may stand in more than one section
FEWEST_WORDS, FEWEST_CHARACTERS = 5, 14
NOT_COMPARED = re.compile(r"[^\w{}.]+|_")
JAPANESE = re.compile(r"[ぁ-ゖァ-ヺ一-鿿]")


def refusal_of_mail(texts: Sequence[str], subject: str, preheader: str) -> Refusal | None:
    """Refuse a mail that says a sentence twice, or whose preheader is its subject, or that says nothing.

    `texts` are all other texts of the mail, "" for one that is left out; tokens are not filled in yet.
    """
    if not subject.strip() or not preheader.strip() or not any(text.strip() for text in texts):
        return Refusal(CHECK, "Write a subject, a preheader and at least one text.")
    if any(text and not text.strip() for text in texts):
        return Refusal(CHECK, "Write a text for each section, or leave it out.")
    if compared(subject) == compared(preheader):
        return Refusal(CHECK, "Write a preheader that says something else than the subject.")
    seen: set[str] = set()
    for text in (subject, preheader, *texts):
        for sentence in sentences(text):
            key = compared(sentence)
            if not repeatable(sentence) and key in seen:
                return Refusal(CHECK, "Do not write the same sentence twice in one mail.")
            seen.add(key)
    return None


def repeats(text: str, others: Iterable[str]) -> bool:
    """Whether a text has a sentence of the others that a mail may not have twice."""
    said = {compared(sentence) for other in others for sentence in sentences(other)}
    return any(compared(each) in said and not repeatable(each) for each in sentences(text))


def sentences(text: str) -> list[str]:
    """The sentences of a text in either language, without their ends."""
    ends = SENTENCE_ENDS["ja" if JAPANESE.search(text) else "en"]
    return [part.strip() for part in ends.split(text) if part.strip()]


def compared(text: str) -> str:
    """A text without what a copy may change: capitals, blanks and punctuation."""
    return NOT_COMPARED.sub("", text).casefold().rstrip(".")


def repeatable(sentence: str) -> bool:
    """Whether a sentence is so short that it may stand in more than one text of a mail."""
    if JAPANESE.search(sentence):
        return len(sentence) < FEWEST_CHARACTERS
    return len(sentence.split()) < FEWEST_WORDS
