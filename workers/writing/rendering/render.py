"""A page as HTML and as plain text."""

from bisect import bisect_right
from dataclasses import replace

from workers.writing.rendering.inlining import FRAME, HTML, TEXT
from workers.writing.rendering.page import MailPage
from workers.writing.rendering.printed import contact_url, printed


def render_html(page: MailPage) -> str:
    """The HTML document of a page, its styles as attributes; what only a style sheet can say stays in one."""
    clean = printed(page)
    contact = contact_url(clean.sender.contact) if clean.sender else None
    return HTML[page.language].render(page=clean, frame=FRAME[page.language], contact_url=contact)


def render_text(page: MailPage) -> str:
    """The plain text of a page, its lines ended by LF; without subject and preheader."""
    return TEXT.render(page=printed(page), frame=FRAME[page.language]).strip("\n") + "\n"


def links_of(page: MailPage) -> frozenset[str]:
    """Every URL that the HTML of a page leads to; the mail address of a contact counts as a mailto URL."""
    clean = printed(page)
    links = {job.url for section in clean.sections for job in section.jobs}
    links |= {section.url for section in clean.sections if section.call_to_action}
    if clean.action:
        links.add(clean.action[1])
    if sender := clean.sender:
        links |= {sender.site_url, sender.opt_out_url, contact_url(sender.contact)}
    return frozenset(filter(None, links))


def fitting(page: MailPage, most_bytes: int = 90_000) -> MailPage:
    """The page with as many of its first jobs as an HTML of at most `most_bytes` bytes of UTF-8 can hold.

    Mail programs cut a longer one off, and with it the link to opt out. Jobs are dropped from the end of the
    last section first. A page that is too long without any job is returned without jobs.
    """

    def size(jobs: int) -> int:
        return len(render_html(with_first_jobs(page, jobs)).encode())

    if size(jobs := sum(len(section.jobs) for section in page.sections)) <= most_bytes:
        return page
    return with_first_jobs(page, max(0, bisect_right(range(jobs), most_bytes, key=size) - 1))


def with_first_jobs(page: MailPage, jobs: int) -> MailPage:
    """A page with its first so many jobs; the sections stay."""
    sections = []
    for section in page.sections:
        sections.append(replace(section, jobs=section.jobs[:jobs]))
        jobs -= len(sections[-1].jobs)
    return replace(page, sections=tuple(sections))
