"""The frame of every page, and what several pages have: buttons, facts of a job. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import quote, urlencode

from schemas.documents import Job
from schemas.mail import Language
from workers.demo.site.site_texts import closes_text, posted_text, text
from workers.demo.site.source import Visitor
from workers.serve.markup import Markup, html, joined

KINDS = ("applied", "saved", "rejected", "ignored")  # of the buttons, in their order
NAVIGATION = (
    ("browse", "/jobs/browse/"),
    ("feed", "/jobs/feed/"),
    ("compare", "/jobs/before-after/"),
    ("mails", "/mails/"),
)


@dataclass(frozen=True)
class SitePage:
    """What all pages are made with: language, who one is and could be, where one is, and the time now.

    `presses` are the kinds of buttons that are pressed, by job. `endpoint` is the origin of the tracking
    endpoint, empty for the site's own.
    """

    language: Language
    person: str
    visitors: Sequence[Visitor]
    path: str
    now: datetime
    token: str
    endpoint: str = ""
    presses: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def text(self, name: str, *values: object) -> str:
        """A text in the language of the page."""
        return text(self.language, name, *values)


FRAME = """<!doctype html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{title} · {site}</title>
<link rel="icon" href="/static/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/static/site.css">
<script src="/static/behavioral_tracking.js" defer data-token="{token}"{endpoint}></script>
<script src="/static/site.js" defer></script>
</head>
<body>
<a class="skip" href="#content">{skip}</a>
<header class="top"><div class="wide">
<a class="brand" href="/jobs/browse/"><img src="/static/icon.svg" alt="" width="22" height="22">{site}</a>
<nav aria-label="{navigation}">{entries}</nav>
<div class="who">{visitor}{other}</div>
</div></header>
<main id="content" class="wide" tabindex="-1">{content}</main>
<footer class="wide">{footer}</footer>
</body>
</html>
"""


def document(page: SitePage, title: str, content: Markup, at: str = "") -> str:
    """A whole page; `at` is the name of its entry in the navigation."""
    return html(
        FRAME,
        language=page.language,
        title=title,
        site=page.text("site"),
        token=page.token,
        endpoint=html(' data-endpoint="{url}"', url=page.endpoint) if page.endpoint else None,
        skip=page.text("skip"),
        navigation=page.text("navigation"),
        entries=joined(entry(page, name, path, name == at) for name, path in NAVIGATION),
        visitor=visitor_form(page),
        other=language_link(page),
        content=content,
        footer=page.text("footer"),
    )


def language_link(page: SitePage) -> Markup:
    """The same page in the other language."""
    code = "en" if page.language == "ja" else "ja"
    return html(
        '<a href="{path}" lang="{code}" hreflang="{code}">{name}</a>',
        path=f"/language/?{urlencode({'to': code, 'next': page.path})}",
        code=code,
        name=page.text("other_language"),
    )


def entry(page: SitePage, name: str, path: str, is_current: bool) -> Markup:
    """An entry of the navigation."""
    current = Markup(' aria-current="page"') if is_current else None
    return html('<a href="{path}"{current}>{name}</a>', path=path, current=current, name=page.text(name))


def visitor_form(page: SitePage) -> Markup:
    """The choice of who one is."""
    options = joined(
        html(
            '<option value="{id}"{selected}>{name}</option>',
            id=visitor.id,
            selected=Markup(" selected") if visitor.id == page.person else None,
            name=visitor.name or visitor.id,
        )
        for visitor in page.visitors
    )
    return html(
        '<form class="visitor" method="post" action="/visitor/">'
        '<input type="hidden" name="next" value="{path}">'
        '<label>{label} <select name="person">{options}</select></label><button>{switch}</button></form>',
        path=page.path,
        label=page.text("you_are"),
        options=options,
        switch=page.text("switch"),
    )


def job_path(job_id: str, **from_list: str) -> str:
    """The address of a job's page, with the list that it is opened from."""
    query = f"?{urlencode(from_list)}" if from_list else ""
    return f"/jobs/{quote(job_id, safe='')}/{query}"


def buttons(page: SitePage, job: Job, request_id: str | None = None, position: int | None = None) -> Markup:
    """The buttons of a job; the list that it is shown in, if it is."""
    pressed = page.presses.get(job.id, frozenset())
    return joined(
        html(
            '<button type="button" class="act {kind}" data-kairos="{kind}" data-job-id="{job}"'
            '{decision}{position} data-title="{title}" aria-pressed="{pressed}">{name}</button>',
            kind=kind,
            job=job.id,
            decision=None if request_id is None else html(' data-decision="{id}"', id=request_id),
            position=None if position is None else html(' data-position="{at}"', at=position),
            title=job.title or job.id,
            pressed="true" if kind in pressed else "false",
            name=button_name(page, kind),
        )
        for kind in KINDS
    )


def button_name(page: SitePage, kind: str) -> Markup:
    """The words on a button: one text each for not pressed and pressed."""
    return html(
        '<span class="off">{off}</span><span class="on" aria-hidden="true">{on}</span>',
        off=page.text(kind),
        on=page.text(f"did_{kind}"),
    )


def facts(page: SitePage, job: Job) -> Markup:
    """Company and place, then pay, work style and how long the job is open, as short lines."""
    own, lines = lang(page, job), list[Markup]()
    for values in ((job.company, job.location), (job.salary, job.work_style)):
        spans = [html("<span{lang}>{value}</span>", lang=own, value=value) for value in values if value]
        lines.append(joined(spans, " "))
    ending = None
    if job.closes_at is not None:
        ending = html(" <span>{when}</span>", when=closes_text(page.language, job.closes_at, page.now))
    return html(
        '<p class="facts">{first}</p><p class="facts quiet">{second}{ending}</p>',
        first=lines[0],
        second=lines[1],
        ending=ending,
    )


def badges(page: SitePage, job: Job) -> Markup:
    """What stands beside a title: when it was posted, and whether an editor picked it."""
    parts = []
    if job.is_editorial:
        parts.append(html('<span class="badge strong">{name}</span>', name=page.text("editorial")))
    if job.posted_at is not None:
        when = posted_text(page.language, job.posted_at, page.now)
        parts.append(html('<span class="badge">{when}</span>', when=when))
    return joined(parts, " ")


def lang(page: SitePage, job: Job) -> Markup | None:
    """The attribute for a job in another language than the page, for screen readers and fonts."""
    if job.language in (None, page.language):
        return None
    return html(' lang="{code}"', code=job.language)
