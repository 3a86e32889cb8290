"""Finds what a change of a JSON Schema breaks.

Two kinds of readers count: old code, still running or not ours, which reads new records; and new code, which
reads old records from compacted topics and from the recorded inbox. So a field may be added when it has a
default, and an enumeration may grow (roll readers out before writers); any other difference breaks one of
them. Annotations (descriptions, examples, defaults) do not count.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

Node = dict[str, Any]
# keywords that are compared by functions of their own
STRUCTURE = {"$ref", "$defs", "$schema", "anyOf", "oneOf", "discriminator", "type", "enum", "const"} | {
    "properties",
    "required",
    "items",
    "prefixItems",
    "additionalProperties",
}
ANNOTATIONS = {"title", "description", "examples", "default", "deprecated", "readOnly"}


@dataclass(frozen=True)
class NodePair:
    """The node at the same path in the old and the new schema.

    The schemas hold the definitions; `references` are the pairs of `$ref` on the way to this node.
    """

    path: str
    old: Node
    new: Node
    old_schema: Node
    new_schema: Node
    references: tuple[tuple[str, str], ...] = ()

    def child(self, step: str, old: Any, new: Any) -> "NodePair":
        """The pair below this one by a step of the path; the schema `true` is an empty node."""
        return NodePair(
            self.path + step, as_node(old), as_node(new), self.old_schema, self.new_schema, self.references
        )

    @property
    def name(self) -> str:
        """The path as it is printed; at the root `the payload`."""
        return self.path.removeprefix(".") or "the payload"


def breaks(old: Node, new: Node) -> list[str]:
    """Each change that breaks a reader, as a sentence that begins with the path."""
    return list(compare_nodes(NodePair("", old, new, old, new)))


def compare_nodes(pair: NodePair) -> Iterator[str]:
    """What breaks at a node and below it: first the types of value, then each type that both have."""
    if not pair.old and not pair.new:
        return
    refs = (pair.old.get("$ref", ""), pair.new.get("$ref", ""))
    if any(refs):
        if refs in pair.references:  # a model that contains itself
            return
        pair = replace(pair, references=(*pair.references, refs))
    old, new = nodes_by_type(pair.old, pair.old_schema), nodes_by_type(pair.new, pair.new_schema)
    for type_ in sorted(old.keys() - new.keys()):
        yield f"{pair.name}: {type_} is gone, so old records that hold it are refused"
    for type_ in sorted(new.keys() - old.keys()):
        yield f"{pair.name}: {type_} is new, so old readers refuse it"
    for type_ in sorted(old.keys() & new.keys()):
        yield from compare_same_type(pair.child("", old[type_], new[type_]))


def compare_same_type(pair: NodePair) -> Iterator[str]:
    """What breaks between two nodes of the same type, without alternatives."""
    yield from compare_enums(pair)
    yield from compare_constraints(pair)
    yield from compare_properties(pair)
    yield from compare_items(pair)


def compare_enums(pair: NodePair) -> Iterator[str]:
    """An enumeration may grow; it must not shrink, appear or vanish."""
    old, new = enum_values(pair.old), enum_values(pair.new)
    if old is None and new is not None:
        yield f"{pair.name}: only {', '.join(new)} are left, so old records with other words are refused"
    elif old is not None and new is None:
        yield f"{pair.name}: any word is possible, so old readers refuse those that they do not know"
    else:
        for word in (word for word in old or () if word not in (new or ())):
            yield f"{pair.name}: the word {word} is gone, so old records that hold it are refused"


def compare_constraints(pair: NodePair) -> Iterator[str]:
    """Formats and bounds must not change: tighter ones refuse old records, wider ones break old readers."""
    for name in sorted((pair.old.keys() | pair.new.keys()) - STRUCTURE - ANNOTATIONS):
        old, new = pair.old.get(name), pair.new.get(name)
        if old != new:
            yield f"{pair.name}: {name} was {old}, is {new}"


def compare_properties(pair: NodePair) -> Iterator[str]:
    """A field may be added when it is not required; none may be removed."""
    old, new = pair.old.get("properties", {}), pair.new.get("properties", {})
    required_before, required_now = set(pair.old.get("required", ())), set(pair.new.get("required", ()))
    for name in old:
        field = pair.child(f".{name}", old[name], new.get(name))
        if name not in new:
            yield f"{field.name}: the field is gone, so old readers miss it"
            continue
        if name in required_before - required_now:
            yield f"{field.name}: no longer required, so old readers refuse records without it"
        if name in required_now - required_before:
            yield f"{field.name}: now required, so old records without it are refused"
        yield from compare_nodes(field)
    for name in new:
        if name not in old and name in required_now:
            field = pair.child(f".{name}", {}, {})
            yield f"{field.name}: a new field without a default, so old records are refused"
    yield from compare_additional_properties(pair)


def compare_additional_properties(pair: NodePair) -> Iterator[str]:
    """The values of fields that are not declared; the schema `false` refuses such fields."""
    old, new = (node.get("additionalProperties", True) for node in (pair.old, pair.new))
    if (old is False) != (new is False):
        yield f"{pair.name}: unknown fields were {allowed(old)}, are {allowed(new)}"
    elif old is not False:
        yield from compare_nodes(pair.child(".*", old, new))


def compare_items(pair: NodePair) -> Iterator[str]:
    """The elements of a list, and each position of a tuple."""
    yield from compare_nodes(pair.child("[]", pair.old.get("items"), pair.new.get("items")))
    old, new = pair.old.get("prefixItems", []), pair.new.get("prefixItems", [])
    if len(old) != len(new):
        yield f"{pair.name}: {len(old)} places were fixed, {len(new)} are"
    for index, (before, after) in enumerate(zip(old, new, strict=False)):
        yield from compare_nodes(pair.child(f"[{index}]", before, after))


def nodes_by_type(node: Node, schema: Node) -> dict[str, Node]:
    """The alternatives of a node by the name of their type; of several objects each has its title."""
    nodes = list(alternatives(node, schema))
    objects = sum(each.get("type") == "object" for each in nodes)
    return {type_name(each, objects): each for each in nodes}


def alternatives(node: Node, schema: Node) -> Iterator[Node]:
    """The nodes that a value may match, with references and unions resolved."""
    if "$ref" in node:
        yield from alternatives(schema["$defs"][node["$ref"].rpartition("/")[2]], schema)
    elif union := node.get("anyOf") or node.get("oneOf"):
        for each in union:
            yield from alternatives(each, schema)
    elif isinstance(node.get("type"), list):
        for each in node["type"]:
            yield {**node, "type": each}
    else:
        yield node


def type_name(node: Node, objects: int) -> str:
    """The type of an alternative; one of several objects is named by its title."""
    name = str(node.get("type", "any value"))
    return f"the object {node.get('title', '')}" if name == "object" and objects > 1 else name


def enum_values(node: Node) -> list[str] | None:
    """The values that a node allows, as text; None: any."""
    if "const" in node:
        return [str(node["const"])]
    return [str(word) for word in node["enum"]] if "enum" in node else None


def as_node(value: Any) -> Node:
    """A schema as a node; an absent one and `true` are empty."""
    return value if isinstance(value, dict) else {}


def allowed(value: Any) -> str:
    """The word for a value of `additionalProperties`."""
    return "refused" if value is False else "allowed"
