"""The list of all open jobs, and the page of one. Pure."""

from collections.abc import Sequence
from urllib.parse import urlencode

from schemas.documents import Job
from workers.demo.site.layout import SitePage, badges, buttons, document, facts, job_path, lang
from workers.demo.site.site_texts import counted, day_text
from workers.serve.markup import Markup, html, joined

ON_A_PAGE = 20


def matching(jobs: Sequence[Job], query: str, place: str) -> list[Job]:
    """The jobs that have every word of `query`, and whose place has every word of `place`."""
    words, places = query.casefold().split(), place.casefold().split()
    return [job for job in jobs if has(job_text(job), words) and has(job.location or "", places)]


def job_text(job: Job) -> str:
    """All words of a job."""
    return " ".join(filter(None, (job.title, job.company, job.location, job.description, *job.tags)))


def has(content: str, words: Sequence[str]) -> bool:
    """Whether a text has every word."""
    folded = content.casefold()
    return all(word in folded for word in words)


def browse_page(page: SitePage, jobs: Sequence[Job], query: str, place: str, number: int) -> str:
    """Page `number` (from 1) of the open jobs that match."""
    found = matching(jobs, query, place)
    pages = max(1, -(-len(found) // ON_A_PAGE))
    number = min(max(1, number), pages)
    shown = found[(number - 1) * ON_A_PAGE : number * ON_A_PAGE]
    content = html(
        """<h1>{title}</h1>
<form class="search" role="search" method="get" action="/jobs/browse/"{searched}>
<label>{what}
<input type="search" name="q" value="{query}" placeholder="{what_hint}" maxlength="80"></label>
<label>{where}
<input type="search" name="place" value="{place}" placeholder="{where_hint}" maxlength="80"></label>
<button class="primary">{search}</button>
</form>
<p class="count" role="status">{count}</p>
{list}{pages}""",
        title=page.text("browse"),
        searched=searched(query, place),
        what=page.text("query"),
        query=query,
        what_hint=page.text("query_hint"),
        where=page.text("place"),
        place=place,
        where_hint=page.text("place_hint"),
        search=page.text("search"),
        count=counted(page.language, "found", len(found)),
        list=cards(page, shown, "search" if query or place else "other") if shown else nothing_found(page),
        pages=page_links(page, query, place, number, pages),
    )
    return document(page, page.text("browse"), content, "browse")


def searched(query: str, place: str) -> Markup | None:
    """The attributes by which site.js tells the endpoint what was looked for."""
    if not (query or place):
        return None
    return html(' data-query="{query}" data-place="{place}"', query=query, place=place)


def cards(page: SitePage, jobs: Sequence[Job], source: str) -> Markup:
    """Jobs as a list of cards."""
    items = joined(
        html(
            '<li class="card"><div class="badges">{badges}</div>'
            '<h2{lang}><a href="{path}">{title}</a></h2>{facts}</li>',
            lang=lang(page, job),
            badges=badges(page, job),
            path=job_path(job.id, source=source),
            title=job.title or job.id,
            facts=facts(page, job),
        )
        for job in jobs
    )
    return html('<ul class="cards">{items}</ul>', items=items)


def nothing_found(page: SitePage) -> Markup:
    """What stands instead of an empty list."""
    return html(
        '<p class="empty">{text}</p><p><a href="/jobs/browse/">{all}</a></p>',
        text=page.text("none_found"),
        all=page.text("all_again"),
    )


def page_links(page: SitePage, query: str, place: str, number: int, pages: int) -> Markup | None:
    """Links to the pages before and behind this one."""
    if pages == 1:
        return None

    def link(to: int, name: str) -> Markup:
        if not 1 <= to <= pages:
            return html('<span class="quiet">{name}</span>', name=name)
        asked = {"q": query, "place": place, "page": str(to)}
        address = "/jobs/browse/?" + urlencode({key: value for key, value in asked.items() if value})
        return html('<a href="{address}">{name}</a>', address=address, name=name)

    return html(
        '<nav class="pages" aria-label="{label}">{newer}<span>{here}</span>{older}</nav>',
        label=page.text("pages"),
        newer=link(number - 1, f"← {page.text('newer')}"),
        here=page.text("page", number, pages),
        older=link(number + 1, f"{page.text('older')} →"),
    )


def job_page(page: SitePage, job: Job, source: str, request_id: str | None, position: str | None) -> str:
    """The page of a job, opened from a list or not."""
    is_closed = job.closes_at is not None and job.closes_at <= page.now
    content = html(
        """<p class="crumb"><a href="/jobs/browse/">← {back}</a></p>
<article class="job" data-job-id="{id}" data-source="{source}"{decision}{position}{lang}>
<div class="badges">{badges}</div>
<h1>{title}</h1>
<dl>{rows}</dl>
<p class="description">{description}</p>
<p class="tags">{tags}</p>
</article>
{end}""",
        back=page.text("back"),
        id=job.id,
        source=source,
        decision=html(' data-decision="{id}"', id=request_id) if request_id else None,
        position=html(' data-position="{at}"', at=position) if position else None,
        lang=lang(page, job),
        badges=badges(page, job),
        title=job.title or job.id,
        rows=rows(page, job),
        description=job.description,
        tags=joined((html("<span>{tag}</span>", tag=tag) for tag in job.tags), " "),
        end=html('<p class="empty">{text}</p>', text=page.text("closed")) if is_closed else acts(page, job),
    )
    return document(page, job.title or job.id, content)


def acts(page: SitePage, job: Job) -> Markup:
    """The buttons of a job's page, and what they are for."""
    return html(
        '<section class="acts" aria-label="{label}">{buttons}</section>'
        '<p class="quiet">{heard} <a href="/jobs/feed/">{feed} →</a></p>',
        label=page.text("buttons"),
        buttons=buttons(page, job),
        heard=page.text("heard"),
        feed=page.text("see_feed"),
    )


def rows(page: SitePage, job: Job) -> Markup:
    """The fields of a job with their names."""
    values = (
        ("company", job.company),
        ("location", job.location),
        ("salary", job.salary),
        ("work_style", job.work_style),
        ("openings", job.openings),
        ("posted", job.posted_at and day_text(page.language, job.posted_at)),
        ("closes", job.closes_at and day_text(page.language, job.closes_at)),
    )
    return joined(
        html(
            '<div><dt lang="{code}">{name}</dt><dd>{value}</dd></div>',
            code=page.language,
            name=page.text(name),
            value=value,
        )
        for name, value in values
        if value is not None
    )
