"""Which path of a collection feeds which field of a topic: by name and content, or not at all. Pure."""

from collections.abc import Collection, Iterator
from typing import NamedTuple

from schemas.notes import Noted
from workers.product.field_spelling import fold
from workers.product.proposal.contents import FITS, OWN_FITS, fits, is_words, part
from workers.product.proposal.field_words import LABELS
from workers.product.proposal.likeness import Likeness, Rank, likeness
from workers.product.proposal.product_shape import address_paths
from workers.product.proposal.shape import CollectionShape, Path
from workers.product.reading.fields import READERS, is_reference
from workers.product.reading.lists import read_words

STRICT = frozenset({"email"})  # a wrong one would write to the wrong people
FREE = frozenset({"status"})  # its own words may be unknown; what follows is then on the safe side
MOST_TOLD = 3  # of the paths that may be meant


class FieldChoice(NamedTuple):
    """What feeds a field. `path` None: nothing is sure; `is_unfit`: a field of our name holds something else.

    `share` (0 to 1) is how often the path has a value, `told` are paths that may be meant, too.
    """

    name: str
    path: Path | None
    share: float = 0.0
    is_unfit: bool = False
    told: tuple[Path, ...] = ()


class Candidate(NamedTuple):
    """A path that may feed a field."""

    like: Likeness
    path: Path


def choose_fields(
    topic: str, model: type[Noted], shape: CollectionShape, nouns: Collection[str]
) -> dict[str, FieldChoice]:
    """The choice for each field that is no reference and no list of participants."""
    names = [name for name, _ in READERS[model] if not is_reference(name) and name != "participants"]
    found = {name: [*candidates(topic, model, name, shape, nouns)] for name in names}
    used: set[Path] = set()
    choices: dict[str, FieldChoice] = {}
    # the most alike first: a path that is surely one field's is no other's
    for name in sorted(names, key=lambda name: min((each.like for each in found[name]), default=WORST)):
        left = [each for each in found[name] if each.path not in used]
        choices[name] = choose(model, name, shape, left)
        used |= {path for path in (choices[name].path,) if path is not None}
    return {name: without(choices[name], used) for name in names}


def without(choice: FieldChoice, used: Collection[Path]) -> FieldChoice:
    """The choice without telling of paths that feed another field."""
    return choice._replace(told=tuple(path for path in choice.told if path not in used))


WORST = Likeness(Rank.UNSURE)


def candidates(
    topic: str, model: type[Noted], name: str, shape: CollectionShape, nouns: Collection[str]
) -> Iterator[Candidate]:
    """The paths that look like a field and hold what it holds."""
    key = f"{topic}.{name}"
    for path, values in shape.values.items():
        like = likeness(key, path, nouns)
        least = OWN_FITS if path == (name,) else FITS
        if like is not None and (fits(model, name, values, least) or is_free(name, path, shape)):
            yield Candidate(like, path)
    if dict(READERS[model])[name] is read_words:
        yield from labels(key, shape, nouns)
    if name in STRICT:
        yield from (Candidate(WORST, path) for path in address_paths(shape) if "0" in path)


def is_free(name: str, path: Path, shape: CollectionShape) -> bool:
    """Whether a field of our own name is taken though its words are not known."""
    return name in FREE and path == (name,) and part(shape.values[path], lambda v: is_words(name, v)) == 1


def labels(key: str, shape: CollectionShape, nouns: Collection[str]) -> Iterator[Candidate]:
    """Of lists with sub-documents the paths to the names of these."""
    for path, entries in shape.entries.items():
        like = likeness(key, path, nouns)
        for inner, values in entries.values.items():
            is_label = len(inner) == 1 and fold(inner[0]) in LABELS
            if like is not None and is_label and part(values, lambda value: is_words("", value)) == 1:
                is_sure = like.rank != Rank.UNSURE
                yield Candidate(Likeness(Rank.LABELLED if is_sure else Rank.UNSURE, like.order), path + inner)


def choose(model: type[Noted], name: str, shape: CollectionShape, found: list[Candidate]) -> FieldChoice:
    """The choice among some candidates: the most alike, unless another is just as much."""
    sure = sorted(each for each in found if each.like.rank != Rank.UNSURE)
    unsure = [each.path for each in found if each.like.rank == Rank.UNSURE]
    is_unfit = (name,) in shape.values and all(each.path != (name,) for each in found)
    if not sure or (is_unfit and name in STRICT):
        unsure = [*(each.path for each in sure), *unsure]
        return FieldChoice(name, None, is_unfit=is_unfit, told=tuple(unsure[:MOST_TOLD]))
    best, *others = sure
    rival = next((each for each in others if is_rival(name, best, each)), None)
    told = tuple([*(each.path for each in others), *unsure][:MOST_TOLD])
    if rival is not None:
        return FieldChoice(name, None, is_unfit=is_unfit, told=(best.path, *told)[:MOST_TOLD])
    return FieldChoice(name, best.path, share_of(shape, best.path), is_unfit, told)


def is_rival(name: str, best: Candidate, other: Candidate) -> bool:
    """Whether it cannot be told which of two is meant."""
    if name in STRICT and best.like.rank > Rank.SPELLED:
        return True
    return other.like == best.like


def share_of(shape: CollectionShape, path: Path) -> float:
    """In which share of the documents a path has a value, or the list that it goes through."""
    known = (path[:end] for end in range(len(path), 0, -1) if path[:end] in shape.values)
    return shape.share(next(known, path))


class ParticipantsChoice(NamedTuple):
    """Where the participants of an event are.

    `parts` are the paths of their fields in each entry, None for a list of addresses. Without a `path` the
    reason is why there are none.
    """

    path: Path | None
    parts: dict[str, Path] | None = None
    share: float = 0.0
    reason: str = ""
    told: tuple[Path, ...] = ()
