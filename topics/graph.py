"""The flow of the fleet as Mermaid, from the catalogue alone."""

from collections.abc import Iterable

from topics.catalog import CATALOG
from topics.row import OUTSIDE, PLANNED, Topic


def graph(catalog: Iterable[Topic] = CATALOG) -> str:
    """Mermaid text: workers are rounded, topics are boxes, planned workers are dashed."""
    rows = list(catalog)
    workers = dict.fromkeys(
        name for row in rows for name in (*row.producers, *row.consumers) if name != OUTSIDE
    )
    lines = ["flowchart LR"]
    lines += [f"    {worker_id(name)}([{name}])" for name in workers]
    lines += ['    source(["your programs"])', '    reader(["your programs"])']
    lines += [f"    {topic_id(row)}[{row.name}]" for row in rows]
    lines += [f"    {edge(row)}" for row in rows]
    if planned := [worker_id(name) for name in workers if name in PLANNED]:
        lines += ["    classDef planned stroke-dasharray: 4", f"    class {','.join(planned)} planned"]
    return "\n".join(lines) + "\n"


def edge(row: Topic) -> str:
    """The arrows of one topic: who writes it, who reads it."""
    writers = " & ".join("source" if name == OUTSIDE else worker_id(name) for name in row.producers)
    readers = " & ".join("reader" if name == OUTSIDE else worker_id(name) for name in row.consumers)
    return f"{writers} --> {topic_id(row)} --> {readers}"


def worker_id(name: str) -> str:
    """The id of a worker's node."""
    return f"w_{name}"


def topic_id(row: Topic) -> str:
    """The id of a topic's node: Mermaid does not accept hyphens; the prefix tells it from a worker's."""
    return f"t_{row.name.replace('-', '_')}"
