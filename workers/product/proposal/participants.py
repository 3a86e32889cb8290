"""Where the participants of an event are, whose addresses tell who they are. Pure."""

from collections.abc import Callable, Collection, Iterator
from typing import Any

from workers.product.field_spelling import fold
from workers.product.proposal.contents import FITS, is_address, is_strong_id, is_words, part
from workers.product.proposal.field_choice import Candidate, ParticipantsChoice
from workers.product.proposal.field_words import ATTENDANCE_SIGNS
from workers.product.proposal.likeness import Rank, likeness
from workers.product.proposal.shape import CollectionShape, Path
from workers.product.reading.values import READ_ERRORS, PartialRead
from workers.product.reading.vocabularies import read_answer

KEY = "events.participants"
NOUNS = frozenset({"user", "customer", "member", "client", "person", "guest", "attendee", "participant"})
NONE = ParticipantsChoice(None, reason="no list of people with addresses was found")


def choose_participants(shape: CollectionShape, nouns: Collection[str]) -> ParticipantsChoice:
    """The choice for the participants of events: one list that surely is theirs, or a reason."""
    lists = [*candidates(shape, nouns)]
    sure = sorted(each for each in lists if each.like.rank != Rank.UNSURE)
    told = tuple(each.path for each in lists)
    if not sure:
        return NONE._replace(told=told)
    if len(sure) > 1 and sure[0].like.rank != Rank.OWN:
        return NONE._replace(reason="several lists may be those who take part", told=told)
    path = sure[0].path
    entries = shape.entries.get(path)
    if entries is None:
        return of_texts(shape, path)
    choice = of_entries(entries, path)
    return choice._replace(share=shape.share(path))


def candidates(shape: CollectionShape, nouns: Collection[str]) -> Iterator[Candidate]:
    """The lists that look like participants; that they hold people is seen later."""
    for path, values in shape.values.items():
        like = likeness(KEY, path, nouns)
        if like is not None and part(values, lambda value: isinstance(value, list)) >= FITS:
            yield Candidate(like, path)


def of_texts(shape: CollectionShape, path: Path) -> ParticipantsChoice:
    """The choice for a list without sub-documents."""
    entries = [entry for value in shape.values[path] if isinstance(value, list) for entry in value]
    if part(entries, is_address) >= FITS:
        return ParticipantsChoice(path, None, shape.share(path))
    reason = "its entries are no addresses"
    if part(entries, is_strong_id) >= FITS:
        reason = "its entries are ids, and people on a list are found by their addresses"
    return ParticipantsChoice(None, reason=reason, told=(path,))


def of_entries(entries: CollectionShape, path: Path) -> ParticipantsChoice:
    """The choice for a list of sub-documents."""
    emails = matching(entries, "email", lambda values: part(values, is_address) >= FITS)
    if len(emails) != 1:
        reason = "its entries have no addresses" if not emails else "its entries have several addresses"
        return ParticipantsChoice(None, reason=reason, told=(path,))
    parts = {"email": emails[0]}
    names = matching(entries, "name", lambda values: part(values, lambda value: is_words("", value)) == 1)
    if names:
        parts["name"] = names[0]
    answers = matching(entries, "status", lambda values: part(values, is_answer) >= FITS)
    if len(answers) == 1:
        parts["status"] = answers[0]
    elif signs := [".".join(inner) for inner in entries.values if is_sign(inner)]:
        reason = f"its entries have {', '.join(signs)}: a `where` can say who of them came"
        return ParticipantsChoice(None, parts, reason=reason, told=(path,))
    return ParticipantsChoice(path, parts)


def matching(entries: CollectionShape, name: str, is_fit: Callable[[list[Any]], bool]) -> list[Path]:
    """The paths in entries that surely look like a part, the most alike first; of equal ones all."""
    found = []
    for path, values in entries.values.items():
        like = likeness(f"participants.{name}", path, NOUNS)
        if like is not None and like.rank != Rank.UNSURE and is_fit(values):
            found.append(Candidate(like, path))
    found.sort()
    is_clear = name == "name" or (found and found[0].like.rank <= Rank.SPELLED)
    return [each.path for each in (found[:1] if is_clear else found)]


def is_answer(value: object) -> bool:
    """Whether a value is a known answer to an invitation."""
    try:
        answer = read_answer(value)
    except READ_ERRORS:
        return False
    return answer is not None and not isinstance(answer, PartialRead)


def is_sign(path: Path) -> bool:
    """Whether a name in an entry tells that somebody may not have come, in words that are not understood."""
    like = likeness("participants.status", path, NOUNS)
    is_answer_like = like is not None and like.rank != Rank.UNSURE
    return is_answer_like or any(sign in fold(path[-1]) for sign in ATTENDANCE_SIGNS)
