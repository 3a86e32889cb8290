"""The feed with its reasons, and the lists before and after what a person did. Pure."""

from collections.abc import Mapping, Sequence
from urllib.parse import urlencode

from workers.demo.site.layout import SitePage, buttons, document, facts, job_path, lang
from workers.demo.site.mail_pages import mails_path
from workers.demo.site.site_texts import part_name
from workers.demo.site.source import JobAct, JobList, ListedJob
from workers.serve.markup import Markup, html, joined

MOST_ACTS = 12  # on the page that compares
KINDS_THAT_EXCLUDE = ("applied", "rejected", "ignored")


def feed_page(page: SitePage, feed: JobList, open_jobs: int, size: int) -> str:
    """The feed as a page of at most `size` jobs; site.js loads the list again when it changes."""
    content = html(
        """<h1>{title}</h1>
<p class="lead">{lead} <a href="{mails}">{your_mails} →</a></p>
<p id="left" class="left" role="status" data-left="{left}" data-take-back="{take_back}" data-new="{new}"></p>
<div id="feed" data-stream="{stream}">{list}</div>""",
        title=page.text("feed"),
        lead=page.text("feed_lead", f"{open_jobs:,}"),
        mails=mails_path(page.person),
        your_mails=page.text("your_mails"),
        left=page.text("left", "{}"),
        take_back=page.text("take_back"),
        new=page.text("new_in_list"),
        stream=stream_address(page, size),
        list=feed_list(page, feed),
    )
    return document(page, page.text("feed"), content, "feed")


def stream_address(page: SitePage, size: int) -> str:
    """Where the feed tells of its changes; an EventSource sends no header, so the address has the token."""
    asked = urlencode({"size": size, "language": page.language, "token": page.token})
    return f"{page.endpoint}/jobs/api/feed/stream?{asked}"


def feed_list(page: SitePage, feed: JobList) -> Markup:
    """The list alone, as site.js loads it."""
    if not feed.jobs:
        return html('<p class="empty">{text}</p>', text=page.text("empty_feed"))
    items = joined(feed_card(page, feed, position, listed) for position, listed in enumerate(feed.jobs))
    note = html('<p class="quiet">{text}</p>', text=feed.shortened) if feed.shortened else None
    return html('<ol class="cards ranked">{items}</ol>{note}', items=items, note=note)


def feed_card(page: SitePage, feed: JobList, position: int, listed: ListedJob) -> Markup:
    """One job of the feed: why it is there, its score, and the buttons."""
    job = listed.job
    from_list = {"source": "feed", "decision": feed.request_id, "position": str(position)}
    return html(
        """<li class="card" id="job-{id}" data-job="{id}">
<div class="headline"><div><p class="reason">{reason}{explored}</p>
<h2{lang}><a href="{path}">{title}</a></h2></div>{score}</div>
{facts}
<div class="acts small">{buttons}</div>
{parts}</li>""",
        id=job.id,
        reason=listed.reason,
        explored=explored(page, listed),
        lang=lang(page, job),
        path=job_path(job.id, **from_list),
        title=job.title or job.id,
        score=score_ring(page, listed),
        facts=facts(page, job),
        buttons=buttons(page, job, feed.request_id, position),
        parts=parts_details(page, listed),
    )


def explored(page: SitePage, listed: ListedJob) -> Markup | None:
    """The badge of a job that is shown to learn."""
    if not listed.explored:
        return None
    return html(' <span class="badge">{text}</span>', text=page.text("explored"))


def score_ring(page: SitePage, listed: ListedJob) -> Markup:
    """The score as a number in a ring."""
    score = round(listed.score)
    return html(
        '<svg class="score" viewBox="0 0 44 44" role="img" aria-label="{label}">'
        '<circle cx="22" cy="22" r="19" pathLength="100"/>'
        '<circle class="part" cx="22" cy="22" r="19" pathLength="100" stroke-dasharray="{score} 100"/>'
        '<text x="22" y="27">{score}</text></svg>',
        label=page.text("score", score),
        score=score,
    )


def parts_details(page: SitePage, listed: ListedJob) -> Markup | None:
    """What the score is made of, to be unfolded."""
    parts = {name: points for name, points in listed.parts.items() if round(points)}
    if not parts:
        return None
    rows = joined(
        html(
            '<tr><th scope="row">{name}</th><td>{points}</td><td><meter class="{sign}" max="100" '
            'value="{size}"></meter></td></tr>',
            name=part_name(page.language, name),
            points=f"{points:+.0f}",
            sign="minus" if points < 0 else "plus",
            size=f"{abs(points):.0f}",
        )
        for name, points in sorted(parts.items(), key=lambda item: -item[1])
    )
    return html(
        "<details><summary>{why}</summary><table>{rows}</table></details>", why=page.text("why"), rows=rows
    )


def compare_page(page: SitePage, before: JobList, after: JobList, acts: Sequence[JobAct]) -> str:
    """Both lists side by side, what the person did, and what left the list."""
    ranks = {listed.job.id: place for place, listed in enumerate(before.jobs, 1)}
    scores = {listed.job.id: listed.score for listed in before.jobs}
    content = html(
        """<h1>{title}</h1>
{acts}
<div class="columns">
<section aria-labelledby="before"><h2 id="before">{before}</h2><p class="quiet">{before_lead}</p>
<ol class="slim">{before_items}</ol></section>
<section aria-labelledby="after"><h2 id="after">{after}</h2><p class="quiet">{after_lead}</p>
<ol class="slim">{after_items}</ol></section>
</div>
{gone}""",
        title=page.text("compare"),
        acts=acts_list(page, acts),
        before=page.text("before"),
        before_lead=page.text("before_lead"),
        before_items=joined(slim(page, listed) for listed in before.jobs),
        after=page.text("after"),
        after_lead=page.text("after_lead"),
        after_items=joined(
            slim(page, listed, moved(page, place, listed, ranks, scores))
            for place, listed in enumerate(after.jobs, 1)
        ),
        gone=gone_list(page, before, after, acts),
    )
    return document(page, page.text("compare"), content, "compare")


def slim(page: SitePage, listed: ListedJob, move: Markup | None = None) -> Markup:
    """A job of a column: title, company, score; on the right where it was, and why it is there."""
    job = listed.job
    return html(
        '<li><div class="headline"><div><a href="{path}"{lang}>{title}</a>'
        '<p class="quiet"{lang}>{company}</p>{reason}</div>{score}</div>{move}</li>',
        path=job_path(job.id, source="feed"),
        lang=lang(page, job),
        title=job.title or job.id,
        company=" · ".join(filter(None, (job.company, job.location))),
        reason=None if move is None else html('<p class="reason">{reason}</p>', reason=listed.reason),
        score=score_ring(page, listed),
        move=move,
    )


def moved(
    page: SitePage, place: int, listed: ListedJob, ranks: Mapping[str, int], scores: Mapping[str, float]
) -> Markup:
    """How a job moved between the lists: by places, and by points."""
    before = ranks.get(listed.job.id)
    if before is None:
        return html('<p class="move in">＋ {text}</p>', text=page.text("entered"))
    points = round(listed.score) - round(scores[listed.job.id])
    change = f" ({points:+d} {page.text('points')})" if points else ""
    if before == place:
        return html('<p class="move">＝ {text}{change}</p>', text=page.text("same"), change=change)
    name, sign = ("up", "↑") if place < before else ("down", "↓")
    words = page.text(name, abs(before - place), before)
    return html(
        '<p class="move {name}">{sign} {words}{change}</p>', name=name, sign=sign, words=words, change=change
    )


def gone_list(page: SitePage, before: JobList, after: JobList, acts: Sequence[JobAct]) -> Markup | None:
    """The jobs of the first list that the second has no longer, each with the reason."""
    now = {listed.job.id for listed in after.jobs}
    did = {act.job_id: act.kind for act in reversed(acts) if act.kind in KINDS_THAT_EXCLUDE}
    gone = [listed.job for listed in before.jobs if listed.job.id not in now]
    if not gone:
        return None
    rows = joined(
        html(
            '<li><s{lang}>{title}</s> <span class="quiet">{why}</span></li>',
            lang=lang(page, job),
            title=job.title or job.id,
            why=page.text("gone_did", page.text(f"did_{did[job.id]}"))
            if job.id in did
            else page.text("gone_lower"),
        )
        for job in gone
    )
    return html(
        '<section class="gone"><h2>{title}</h2><ul>{rows}</ul></section>', title=page.text("gone"), rows=rows
    )


def acts_list(page: SitePage, acts: Sequence[JobAct]) -> Markup:
    """What the person did, newest first, or what to do when that is nothing."""
    acts = [act for act in acts if act.kind != "viewed" or round(act.seconds) > 0]
    if not acts:
        return html('<p class="lead">{text}</p>', text=page.text("no_acts"))
    rows = joined(
        html(
            '<li><span class="badge {kind}">{did}</span> {title}</li>',
            kind=act.kind,
            did=page.text("did_viewed", round(act.seconds))
            if act.kind == "viewed"
            else page.text(f"did_{act.kind}"),
            title=act.title,
        )
        for act in acts[:MOST_ACTS]
    )
    return html(
        '<section class="did"><h2>{title}</h2><ul>{rows}</ul></section>', title=page.text("acts"), rows=rows
    )
