"""What a change of a JSON Schema breaks.

Two readers count: the old code, still running or not ours, which reads new records; and the new code, which
reads old records from compacted topics and from the recorded inbox. So a field may be added when it has a
default, and a vocabulary may grow (roll readers out before writers); whatever else differs breaks one.
Texts (descriptions, examples, defaults) do not count.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

Node = dict[str, Any]
# compared by their own functions below
STRUCTURE = {"$ref", "$defs", "$schema", "anyOf", "oneOf", "discriminator", "type", "enum", "const"} | {
    "properties",
    "required",
    "items",
    "prefixItems",
    "additionalProperties",
}
TEXTS = {"title", "description", "examples", "default", "deprecated", "readOnly"}


@dataclass(frozen=True)
class Pair:
    """The same place in both schemas; `path` is its name for people, the schemas hold the definitions."""

    path: str
    old: Node
    new: Node
    old_schema: Node
    new_schema: Node
    above: tuple[tuple[str, str], ...] = ()

    def inner(self, step: str, old: Any, new: Any) -> "Pair":
        """The pair one step further in; `true` as a schema is the empty one."""
        return Pair(
            self.path + step, as_node(old), as_node(new), self.old_schema, self.new_schema, self.above
        )


def breaks(old: Node, new: Node) -> list[str]:
    """Each thing in `new` that a reader trips over, as a sentence that names the place."""
    return list(compare(Pair("", old, new, old, new)))


def compare(pair: Pair) -> Iterator[str]:
    """What breaks at one place and below it: the kinds of value first, then each kind that both have."""
    if not pair.old and not pair.new:
        return
    refs = (pair.old.get("$ref", ""), pair.new.get("$ref", ""))
    if any(refs):
        if refs in pair.above:  # a model that holds itself
            return
        pair = Pair(pair.path, pair.old, pair.new, pair.old_schema, pair.new_schema, (*pair.above, refs))
    old, new = kinds(pair.old, pair.old_schema), kinds(pair.new, pair.new_schema)
    for kind in sorted(old.keys() - new.keys()):
        yield f"{place(pair)}: {kind} is gone, so old records that hold it are refused"
    for kind in sorted(new.keys() - old.keys()):
        yield f"{place(pair)}: {kind} is new, so old readers refuse it"
    for kind in sorted(old.keys() & new.keys()):
        yield from compare_kind(pair.inner("", old[kind], new[kind]))


def compare_kind(pair: Pair) -> Iterator[str]:
    """What breaks between two nodes of the same kind, without alternatives."""
    yield from words(pair)
    yield from limits(pair)
    yield from fields(pair)
    yield from elements(pair)


def words(pair: Pair) -> Iterator[str]:
    """A vocabulary may grow, not shrink, and must not appear or vanish."""
    old, new = vocabulary(pair.old), vocabulary(pair.new)
    if old is None and new is not None:
        yield f"{place(pair)}: only {', '.join(new)} are left, so old records with other words are refused"
    elif old is not None and new is None:
        yield f"{place(pair)}: any word is possible, so old readers refuse those that they do not know"
    else:
        for word in (word for word in old or () if word not in (new or ())):
            yield f"{place(pair)}: the word {word} is gone, so old records that hold it are refused"


def limits(pair: Pair) -> Iterator[str]:
    """Formats and bounds: tighter ones refuse old records, wider ones surprise old readers."""
    for name in sorted((pair.old.keys() | pair.new.keys()) - STRUCTURE - TEXTS):
        old, new = pair.old.get(name), pair.new.get(name)
        if old != new:
            yield f"{place(pair)}: {name} was {old}, is {new}"


def fields(pair: Pair) -> Iterator[str]:
    """A field may come when it is not required; none may go."""
    old, new = pair.old.get("properties", {}), pair.new.get("properties", {})
    must, must_now = set(pair.old.get("required", ())), set(pair.new.get("required", ()))
    for name in old:
        inside = pair.inner(f".{name}", old[name], new.get(name))
        if name not in new:
            yield f"{place(inside)}: the field is gone, so old readers miss it"
            continue
        if name in must - must_now:
            yield f"{place(inside)}: no longer required, so old readers refuse records without it"
        if name in must_now - must:
            yield f"{place(inside)}: now required, so old records without it are refused"
        yield from compare(inside)
    for name in new:
        if name not in old and name in must_now:
            inside = pair.inner(f".{name}", {}, {})
            yield f"{place(inside)}: a new field without a default, so old records are refused"
    yield from other_fields(pair)


def other_fields(pair: Pair) -> Iterator[str]:
    """The values of an object with free names; `false` refuses what `true` lets pass."""
    old, new = (node.get("additionalProperties", True) for node in (pair.old, pair.new))
    if (old is False) != (new is False):
        yield f"{place(pair)}: unknown fields were {allowed(old)}, are {allowed(new)}"
    elif old is not False:
        yield from compare(pair.inner(".*", old, new))


def elements(pair: Pair) -> Iterator[str]:
    """The elements of a list, and each place of a tuple."""
    yield from compare(pair.inner("[]", pair.old.get("items"), pair.new.get("items")))
    old, new = pair.old.get("prefixItems", []), pair.new.get("prefixItems", [])
    if len(old) != len(new):
        yield f"{place(pair)}: {len(old)} places were fixed, {len(new)} are"
    for index, (before, after) in enumerate(zip(old, new, strict=False)):
        yield from compare(pair.inner(f"[{index}]", before, after))


def kinds(node: Node, schema: Node) -> dict[str, Node]:
    """The alternatives of a node by kind of value: a type, or for one of several objects its title."""
    found = list(alternatives(node, schema))
    objects = sum(each.get("type") == "object" for each in found)
    return {kind_of(each, objects): each for each in found}


def alternatives(node: Node, schema: Node) -> Iterator[Node]:
    """The nodes that a value may fit, without references and unions."""
    if "$ref" in node:
        yield from alternatives(schema["$defs"][node["$ref"].rpartition("/")[2]], schema)
    elif inner := node.get("anyOf") or node.get("oneOf"):
        for each in inner:
            yield from alternatives(each, schema)
    elif isinstance(node.get("type"), list):
        for each in node["type"]:
            yield {**node, "type": each}
    else:
        yield node


def kind_of(node: Node, objects: int) -> str:
    """The name of an alternative's kind."""
    kind = str(node.get("type", "any value"))
    return f"the object {node.get('title', '')}" if kind == "object" and objects > 1 else kind


def vocabulary(node: Node) -> list[str] | None:
    """The words that a node allows; None: any."""
    if "const" in node:
        return [str(node["const"])]
    return [str(word) for word in node["enum"]] if "enum" in node else None


def as_node(value: Any) -> Node:
    """A schema as a node: absent and `true` are the empty one."""
    return value if isinstance(value, dict) else {}


def allowed(value: Any) -> str:
    """A value of `additionalProperties` in a word."""
    return "refused" if value is False else "allowed"


def place(pair: Pair) -> str:
    """The path of a pair, or what the whole is called."""
    return pair.path.removeprefix(".") or "the payload"
