"""`kairos jobs explain`: from which texts and acts a person's feed is computed, from the read model."""

import json
from collections.abc import Mapping
from typing import Any

import click
from rich.console import Console, Group, RenderableType
from rich.table import Table

from schemas.model import from_epoch_ms
from workers.commands import profile_view
from workers.commands.help import KAFKA, needs
from workers.commands.profile import READ_MODEL, read_model
from workers.product.reading.jobs import read_job
from workers.recommend.policy import DAY_MS, FeedPolicy, load_feed_policy
from workers.recommend.profile_seeker import seeker_of
from workers.recommend.seeker import JobSeeker
from workers.recommend.traces import Trace, traces
from workers.runtime.kafka.reader import reading
from workers.runtime.kafka.records import ConsumerRecord
from workers.runtime.kafka.tolerant import read_each
from workers.runtime.process.clock import now_ms
from workers.runtime.process.settings import load
from workers.runtime.process.terminal import safe

UNKNOWN = "–"
BASE = {"resume": "the résumé", "fields": "the profile, as there is no résumé"}
EXCERPT = 300  # characters of the base text that are shown


@click.command(
    epilog=needs(
        f"{READ_MODEL}; with --titles also {KAFKA}",
        "kairos jobs explain mia",
        "kairos jobs explain mia --titles --json",
    )
)
@click.argument("user", metavar="USER")
@click.option("--titles", is_flag=True, help="Name the jobs by their titles, from the topic jobs.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON, for programs.")
def explain(user: str, titles: bool, as_json: bool) -> None:
    """Show what one person's feed is computed from.

    Prints the text they are known by, and what each thing they did adds to it or takes off: the job, what
    they did, its weight now (it decays, as the policy says), and how long ago it was. USER is the id of a
    user in your database, as text.
    """
    settings, now = load(), now_ms()
    with read_model() as model:
        profile = model.profile(user)
        if profile is None:
            raise click.ClickException(profile_view.unknown(user, "profile", model.totals()))
    seeker = seeker_of(profile.at(from_epoch_ms(now)))
    policy = load_feed_policy(settings.kairos_policy)
    values = contributions(seeker, policy, now, titles_of(seeker) if titles else {})
    if as_json:
        click.echo(json.dumps(values, ensure_ascii=False, indent=2))
    else:
        Console(highlight=False).print(page(values))


def contributions(
    seeker: JobSeeker, policy: FeedPolicy, now: int, titles: Mapping[str, str]
) -> dict[str, Any]:
    """The base text and every contribution at a time (epoch ms), the heaviest first, as plain values."""
    found = traces(seeker, policy, now)
    base = next((trace for trace in found if trace.kind in BASE), None)
    behaviour = [trace for trace in found if trace is not base]
    behaviour.sort(key=lambda trace: (-abs(trace.weight), -(trace.at or 0), trace.job_id or ""))
    return {
        "person": seeker.id,
        "policy": policy.version,
        "base": None if base is None else {"kind": base.kind, "weight": base.weight, "text": base.text},
        "contributions": [contribution(trace, now, titles) for trace in behaviour],
        "excluded_jobs": sorted(seeker.excluded),
    }


def contribution(trace: Trace, now: int, titles: Mapping[str, str]) -> dict[str, Any]:
    """One contribution; a search has words and a place instead of a job."""
    return {
        "kind": trace.kind,
        "weight": round(trace.weight, 4),
        "age_days": None if trace.at is None else round(max(0, now - trace.at) / DAY_MS, 2),
        "job_id": trace.job_id,
        "title": None if trace.job_id is None else titles.get(trace.job_id),
        "query": trace.text,
        "place": trace.place,
    }


def page(values: Mapping[str, Any]) -> RenderableType:
    """The contributions for a terminal."""
    base = values["base"]
    if base is None:
        about = "Nothing is known by which jobs could be compared: neither a résumé nor an occupation."
        parts: list[RenderableType] = [safe(about)]
    else:
        text = base["text"] if len(base["text"]) <= EXCERPT else base["text"][:EXCERPT] + "…"
        parts = [safe(f"Known by {BASE[base['kind']]}, weight {base['weight']:.2f}:", "bold"), safe(text)]
    table = Table("what", "job or search", "weight", "age")
    for row in values["contributions"]:
        weight = safe(f"{row['weight']:+.3f}", "green" if row["weight"] > 0 else "red")
        table.add_row(safe(row["kind"]), safe(subject(row)), weight, age(row["age_days"]))
    parts += [safe(), table if table.row_count else safe("Nothing that they did counts now.")]
    if excluded := values["excluded_jobs"]:
        parts += [safe(), safe(f"Not shown any more: {', '.join(excluded)}")]
    return Group(*parts)


def subject(row: Mapping[str, Any]) -> str:
    """The job of a contribution, by title and id, or the words and the place of a search."""
    if row["job_id"] is not None:
        return f"{row['title']} ({row['job_id']})" if row["title"] else str(row["job_id"])
    return ", ".join(text for text in (row["query"], row["place"]) if text)


def age(days: float | None) -> str:
    """An age in days, or in hours below one."""
    if days is None:
        return UNKNOWN
    return f"{days:.1f} days" if days >= 1 else f"{24 * days:.1f} hours"


def titles_of(seeker: JobSeeker) -> dict[str, str]:
    """The titles of the jobs of a person that the topic `jobs` has; raises ReadingError."""
    wanted = {job.job_id.encode() for job in seeker.jobs}
    latest: dict[bytes, ConsumerRecord] = {}
    with reading(load()) as reader:
        for record in reader.read("jobs"):
            if record.key in wanted:
                latest[record.key] = record
    found = read_each("jobs", latest.values(), title_of)
    return {job_id: title for job_id, title in found if title is not None}


def title_of(record: ConsumerRecord) -> tuple[str, str | None]:
    """A job and its title; None for one that is deleted, or has none."""
    job_id = (record.key or b"").decode()
    return job_id, None if record.value is None else read_job(record.value).title
