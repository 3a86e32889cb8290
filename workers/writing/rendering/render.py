"""A page as HTML and as plain text."""

from bisect import bisect_right
from dataclasses import replace
from typing import Any

from workers.writing.rendering.inlining import FRAME, HTML, TEXT
from workers.writing.rendering.page import MailPage
from workers.writing.rendering.printed import contact_url, is_mail_url, printed

MOST_BYTES = 90_000  # of the HTML: mail programs cut a longer one off, and with it the link to opt out


def render_html(page: MailPage) -> str:
    """The HTML document of a page, its styles as attributes; what only a style sheet can say stays in one."""
    return HTML[page.language].render(values_of_page(page))


def render_text(page: MailPage) -> str:
    """The plain text of a page, its lines ended by LF; without subject and preheader."""
    return TEXT.render(values_of_page(page)).strip("\n") + "\n"


def values_of_page(page: MailPage) -> dict[str, Any]:
    """What both templates print."""
    clean = printed(page)
    contact, opt_out = (clean.sender.contact, clean.sender.opt_out_url) if clean.sender else ("", None)
    return {
        "page": clean,
        "frame": FRAME[page.language],
        "contact_url": contact_url(contact),
        "opts_out_by_mail": is_mail_url(opt_out),
    }


def links_of(page: MailPage) -> frozenset[str]:
    """Every URL that the HTML of a page leads to; the mail address of a contact counts as a mailto URL."""
    clean = printed(page)
    links = {job.url for section in clean.sections for job in section.jobs}
    links |= {section.url for section in clean.sections if section.call_to_action}
    if clean.action:
        links.add(clean.action[1])
    if sender := clean.sender:
        links |= {
            sender.site_url,
            sender.opt_out_url,
            sender.honeypot_url,
            contact_url(sender.contact),
        }
    return frozenset(filter(None, links))


def fitting(page: MailPage, most_bytes: int = MOST_BYTES) -> MailPage:
    """The page with as many of its first jobs as an HTML of at most `most_bytes` bytes of UTF-8 can hold.

    Jobs are dropped from the end of the last section first. A page that is too long without any job is
    returned without jobs.
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
