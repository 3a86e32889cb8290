"""The text of a proposed `sources.toml`: what is sure as entries, what is not as comments. Pure."""

import json
import re
from collections.abc import Iterator, Mapping

from workers.product.field_spelling import fold
from workers.product.proposal.field_choice import FieldChoice, ParticipantsChoice, share_of
from workers.product.proposal.field_words import MARKS, OPT_OUTS
from workers.product.proposal.product_shape import COLLECTION, ProductShape, address_paths
from workers.product.proposal.references import ReferenceChoice
from workers.product.proposal.shape import CollectionShape, Path
from workers.product.proposal.topic_choice import TopicChoice
from workers.product.sampling.value_types import type_of

BARE = re.compile(r"[A-Za-z0-9_-]+")
STATES = {"view": "a view", "timeseries": "a time series"}
HEAD = """\
# Proposed by `kairos check --propose` for the database {database}: it has {count} collections, of each of
# which at most {size} documents were looked at. What is mapped is sure by its name and by what it holds; what
# is not sure is in a comment: decide, or leave it. Name this file in KAIROS_SOURCES; then `kairos check` says
# what would be read.
"""


def sources_text(product: ProductShape, choices: Mapping[str, TopicChoice], size: int) -> str:
    """The whole file; `size` is how many documents of each collection were looked at, at most."""
    head = HEAD.format(database=comment(product.database), count=len(product.kinds), size=size)
    parts = [head.rstrip(), *("\n".join(table(product, choice)) for choice in choices.values())]
    return "\n\n".join([*parts, *(["\n".join(rest)] if (rest := [*left(product, choices)]) else [])]) + "\n"


def table(product: ProductShape, choice: TopicChoice) -> Iterator[str]:
    """The lines of one topic."""
    yield f"[{choice.topic}]"
    if choice.collection is None:
        decide = "TO DECIDE: " if choice.others else ""
        yield f"enabled = false  # {decide}{comment('; '.join(choice.reasons))}"
    else:
        shape = product.shapes[choice.collection]
        yield f"collection = {quoted(choice.collection)}  # {shape.documents:,} documents looked at"
        yield from (f"# not taken: {comment(reason)}" for reason in choice.reasons)
    told = [name for name in choice.others if not any(each.startswith(f"{name}:") for each in choice.reasons)]
    if told:
        yield f"# not taken, though alike: {', '.join(map(quoted, told))}"
    if choice.collection is not None:
        yield from fields(product.shapes[choice.collection], choice)


def fields(shape: CollectionShape, choice: TopicChoice) -> Iterator[str]:
    """The lines of a topic's fields: what is as it is, what is mapped, what is to be decided."""
    mapped: list[str] = []
    open_: list[str] = []
    own: list[str] = []
    for name, reference in choice.references.items():
        add_reference(name, reference, shape, (mapped, open_, own))
    for each in choice.fields.values():
        add_field(each, shape, (mapped, open_, own))
    if choice.participants is not None:
        add_participants(choice.participants, shape, (mapped, open_, own))
    open_ += warnings(shape, choice)
    if own:
        yield f"# under their own names: {', '.join(own)}"
    if mapped or open_:
        yield f"[{choice.topic}.fields]"
    yield from mapped
    yield from (f"# TO DECIDE: {line}" for line in open_)


FieldLines = tuple[list[str], list[str], list[str]]  # mapped, to be decided, under their own names


def add_field(choice: FieldChoice, shape: CollectionShape, lines: FieldLines) -> None:
    """Add the line of a field."""
    mapped, open_, own = lines
    found = choice.path == (choice.name,)
    if choice.path is not None and found:
        own.append(f"{choice.name} ({percent(choice.share)})")
    elif choice.path is not None:
        mapped.append(
            entry(choice.name, choice.path, f"{percent(choice.share)}, {kind_of(shape, choice.path)}")
        )
    elif choice.is_unfit:
        held = kind_of(shape, (choice.name,))
        mapped.append(f"{choice.name} = false  # it holds other things than are read for it ({held})")
    if not found and choice.told:
        also = "also " if choice.path is not None else ""
        open_.append(f"{choice.name} may {also}be {shown(shape, choice.told)}")


def add_reference(name: str, choice: ReferenceChoice, shape: CollectionShape, lines: FieldLines) -> None:
    """Add the line of a reference."""
    mapped, open_, own = lines
    if choice.path == (name,):
        own.append(f"{name} ({percent(shape.share(choice.path))})")
    elif choice.path is not None:
        mapped.append(entry(name, choice.path, f"{percent(shape.share(choice.path))}, ids that are there"))
    elif (name,) in shape.values:
        mapped.append(f"{name} = false  # {comment(choice.reason)}")
    if choice.path is None and choice.told:
        open_.append(f"{name}: {comment(choice.reason)}; it may be {shown(shape, choice.told)}")


def add_participants(choice: ParticipantsChoice, shape: CollectionShape, lines: FieldLines) -> None:
    """Add the line of the participants."""
    mapped, open_, own = lines
    if choice.path is None:
        if ("participants",) in shape.values:
            mapped.append(f"participants = false  # {comment(choice.reason)}")
        open_.append(
            f"participants: {comment(choice.reason)}"
            + (f"; it may be {shown(shape, choice.told)}" if choice.told else "")
        )
        return
    parts = {name: path for name, path in (choice.parts or {}).items() if path != (name,)}
    if not parts and choice.path == ("participants",):
        own.append(f"participants ({percent(choice.share)})")
        return
    inner = "".join(f", {name} = {quoted('.'.join(path))}" for name, path in parts.items())
    path = quoted(".".join(choice.path))
    value = f"{{ path = {path}{inner} }}" if parts else path
    mapped.append(f"participants = {value}  # {percent(choice.share)}, addresses")


def warnings(shape: CollectionShape, choice: TopicChoice) -> Iterator[str]:
    """The lines on fields that say who wants no mails, and which documents do not count."""
    used = {each.path for each in choice.fields.values()}
    for path in shape.values:
        name, folded = quoted(".".join(path)), fold(path[-1])
        if choice.topic == "users" and any(sign in folded for sign in OPT_OUTS):
            yield f"{name} may say who wants no mails, and is not read: `kairos suppress import` takes those"
        elif path not in used and any(mark in folded for mark in MARKS):
            yield f"{name} may mark what does not count: a `where` can leave it out"


def left(product: ProductShape, choices: Mapping[str, TopicChoice]) -> Iterator[str]:
    """The lines on collections that feed nothing."""
    used = {choice.collection for choice in choices.values()}
    told_of = {name for choice in choices.values() for name in choice.others}
    names = [name for name in sorted(product.kinds) if name not in used | told_of]
    for name in names:
        kind = product.kinds[name]
        if kind != COLLECTION:
            yield f"# not followed, because it is {STATES.get(kind, comment(kind))}: {quoted(name)}"
        elif name in product.shapes and (paths := address_paths(product.shapes[name])):
            held = ", ".join(quoted(".".join(path)) for path in paths[:3])
            yield f"# not used, though it has addresses ({held}): {quoted(name)}"
    others = [name for name in names if product.kinds[name] == COLLECTION]
    others = [
        name for name in others if name not in product.shapes or not address_paths(product.shapes[name])
    ]
    if others:
        yield f"# not used: {', '.join(map(quoted, others))}"


def entry(name: str, path: Path, why: str) -> str:
    """One line of a mapping."""
    return f"{name} = {quoted('.'.join(path))}  # {why}"


def shown(shape: CollectionShape, paths: tuple[Path, ...]) -> str:
    """Paths that may be meant, with what is in them."""
    return ", ".join(
        f"{quoted('.'.join(path))} ({percent(share_of(shape, path))}, {kind_of(shape, path)})"
        for path in paths
    )


def kind_of(shape: CollectionShape, path: Path) -> str:
    """The most frequent type at a path."""
    kinds = sorted(type_of(value) for value in shape.values.get(path, ()))
    return max(kinds, key=kinds.count) if kinds else "in a list"


def percent(share: float) -> str:
    """A share as percent."""
    return f"{100 * share:.0f} %"


def quoted(text: str) -> str:
    """A text as TOML writes it, without signs that steer a terminal."""
    return json.dumps(text, ensure_ascii=not text.isprintable())


def comment(text: str) -> str:
    """A text that can stand in a comment of one line."""
    return "".join(sign if sign.isprintable() else "?" for sign in text)
