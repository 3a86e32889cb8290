"""What of a page is shown: every text one clean line, links that can be followed, sections that have jobs."""

import re
from dataclasses import replace

from workers.writing.rendering.page import EventCard, JobCard, MailPage, SectionBlock, Sender

# only these: an ideographic space belongs to Japanese names
BLANKS = re.compile(r"[\t-\r\x1c-\x20\x85\u2028\u2029]+")
# controls, marks that turn the direction of the text after them, halves of a character, and no characters:
# HTML, UTF-8 or a header cannot hold them, or the rest of the mail would be read wrongly
UNPRINTABLE = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufdd0-\ufdef"
    + "".join(f"{chr(plane + 0xFFFE)}{chr(plane + 0xFFFF)}" for plane in range(0, 0x110000, 0x10000))
    + "]"
)
LINK = re.compile(r"(?:https?://|mailto:)\S+", re.IGNORECASE)
URI = re.compile(
    r"(?:https?://|mailto:)(?:[A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=-]|%[0-9A-Fa-f]{2})+", re.IGNORECASE
)
LONGEST_URI = 900
ADDRESS = re.compile(r"[^\s@<>]+@[^\s@<>]+\.[^\s@<>]+")


def clean_line(text: str) -> str:
    """A text without line breaks, double blanks and what cannot be printed."""
    if text.isprintable() and "  " not in text:  # most texts, at a tenth of the time
        return text.strip()
    return BLANKS.sub(" ", UNPRINTABLE.sub("", text)).strip()


def followable(url: str | None) -> str | None:
    """A URL as it is when a reader can follow it (http, https, mailto; no blank or control), else None."""
    return url if url and LINK.fullmatch(url) and not UNPRINTABLE.search(url) else None


def is_uri(url: str | None) -> bool:
    """Whether an URL can stand everywhere as it is (RFC 3986), also in a line of a header."""
    return url is not None and bool(URI.fullmatch(url)) and len(url) <= LONGEST_URI


def contact_url(contact: str) -> str | None:
    """Where a contact leads: an URL to itself, a mail address to a mailto link, a phone number nowhere."""
    return f"mailto:{contact}" if ADDRESS.fullmatch(contact) else followable(contact)


def is_mail_url(url: str | None) -> bool:
    """Whether an URL leads to a mail, not to a page."""
    return url is not None and url.lower().startswith("mailto:")


def printed(page: MailPage) -> MailPage:
    """The page as both templates print it; jobs without a title and sections without jobs are left out."""
    sections = tuple(printed_section(section) for section in page.sections)
    action = page.action and (clean_line(page.action[0]), followable(page.action[1]))
    return MailPage(
        page.language,
        clean_line(page.subject),
        clean_line(page.preheader),
        clean_line(page.greeting),
        tuple(filter(None, map(clean_line, page.introduction))),
        tuple(section for section in sections if section.jobs),
        clean_line(page.closing),
        clean_line(page.signature),
        page.sender and printed_sender(page.sender),
        (action[0], action[1]) if action and action[0] and action[1] else None,
        page.event and printed_event(page.event),
        clean_line(page.farewell),
    )


def printed_event(event: EventCard) -> EventCard | None:
    """An event with clean texts; None without a title."""
    title = clean_line(event.title)
    if not title:
        return None
    return EventCard(
        title,
        clean_line(event.when),
        clean_line(event.venue),
        clean_line(event.area),
        clean_line(event.host),
        clean_line(event.price),
        tuple(filter(None, map(clean_line, event.reasons))),
        clean_line(event.reply),
    )


def printed_section(section: SectionBlock) -> SectionBlock:
    """A section with clean texts and the jobs that have a title."""
    jobs = tuple(job for job in map(printed_job, section.jobs) if job.title)
    url = followable(section.url)
    return SectionBlock(
        clean_line(section.title), clean_line(section.intro), jobs, clean_line(section.call_to_action), url
    )


def printed_job(job: JobCard) -> JobCard:
    """A job with clean texts."""
    return JobCard(
        clean_line(job.title),
        followable(job.url),
        clean_line(job.company),
        clean_line(job.location),
        clean_line(job.salary or "") or None,
        clean_line(job.line),
        clean_line(job.reason),
    )


def printed_sender(sender: Sender) -> Sender:
    """A sender with clean texts."""
    return replace(
        sender,
        company=clean_line(sender.company),
        postal_address=clean_line(sender.postal_address),
        contact=clean_line(sender.contact),
        opt_out_url=followable(sender.opt_out_url),
        site_url=followable(sender.site_url),
        honeypot_url=followable(sender.honeypot_url),
        notice=clean_line(sender.notice),
    )
