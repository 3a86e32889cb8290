"""Whether a person or a program followed a link of a mail: a table of signals with weights. Pure.

Scanners open links before the reader does. A click is a program's when the weights of its signals reach
THRESHOLD; but for the certain ones no signal does so alone, because each of them is true of some people. What
is not known (no user agent, no time of hand-over) says nothing. A page that was seen for a while was seen by
somebody, whatever the rest says, and known at once. Any other click is scored when all that comes with it has
come: see `scored_from`.
All times are epoch milliseconds.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from schemas.mail import SEEN_SECONDS, MailClick

SETTLED_MS = 60_000  # after it all that is around a click has come
CERTAIN = 100.0
THRESHOLD = 1.0
BURST_MS, BURST_LINKS = 10_000, 3
HONEYPOT_MS = 30_000  # around a click of the link that nobody sees
EARLY_MS, SOON_MS = 5_000, 60_000  # after the hand-over
NETWORK_READERS = 5
TOOLS = re.compile(
    r"python|curl|wget|^java/|okhttp|go-http|libwww|httpclient|node-fetch|axios|headless|phantom"
    r"|barracuda|mimecast|proofpoint|safelinks|bot\b|crawl|spider|scan|preview",
    re.IGNORECASE,
)


class TimedClick(NamedTuple):
    """A request of a link, and when."""

    at: int
    click: MailClick


class ClickContext(NamedTuple):
    """A click, all clicks in the same mail (it among them), and when the mail was handed over, if known."""

    this: TimedClick
    others: Sequence[TimedClick]
    handed_over_at: int | None

    def near(self, span: int) -> list[MailClick]:
        """The clicks of the mail at most so many milliseconds before or after, this one among them."""
        return [other.click for other in self.others if abs(other.at - self.this.at) <= span]

    @property
    def delay(self) -> int | None:
        """The milliseconds since the hand-over, below 0 before it."""
        return None if self.handed_over_at is None else self.this.at - self.handed_over_at


@dataclass(frozen=True)
class BotSignal:
    """A row: what is looked at, how much it weighs, and whether it holds of a click."""

    name: str
    weight: float
    holds: Callable[[ClickContext], bool]


def is_near_honeypot(context: ClickContext) -> bool:
    """A link that no reader sees was followed at about the same time."""
    return any(click.kind == "honeypot" for click in context.near(HONEYPOT_MS))


def is_probe(context: ClickContext) -> bool:
    """The page was not asked for: no browser follows a link with another method than GET."""
    return context.this.click.method.upper() != "GET"


def is_prefetch(context: ClickContext) -> bool:
    """The request says that nobody looks at it yet."""
    return context.this.click.prefetch


def is_burst(context: ClickContext) -> bool:
    """Several different links, or all of a mail that has more than one, within seconds."""
    links = {click.link for click in context.near(BURST_MS)}
    every = context.this.click.links
    return len(links) >= BURST_LINKS or (every is not None and every > 1 and len(links) >= every)


def is_early(context: ClickContext) -> bool:
    """Before the hand-over was confirmed, or seconds after it."""
    return context.delay is not None and context.delay < EARLY_MS


def is_soon(context: ClickContext) -> bool:
    """Within the first minute, when the scanners of companies come, and a few people."""
    return context.delay is not None and EARLY_MS <= context.delay <= SOON_MS


def is_tool(context: ClickContext) -> bool:
    """The user agent is that of a program or a gateway."""
    agent = context.this.click.user_agent
    return agent is not None and TOOLS.search(agent) is not None


def is_no_browser(context: ClickContext) -> bool:
    """The user agent is empty, or not one of a browser, which all begin alike."""
    agent = context.this.click.user_agent
    return agent is not None and not agent.startswith("Mozilla/")


def is_crowded(context: ClickContext) -> bool:
    """Links of many readers were followed from one network within a minute."""
    readers = context.this.click.network_readers
    return readers is not None and readers >= NETWORK_READERS


def is_in_data_centre(context: ClickContext) -> bool:
    """The request came from a range of a data centre, as some people's do."""
    return context.this.click.data_centre is True


def is_contradiction(context: ClickContext) -> bool:
    """The link that unsubscribes and another were followed together."""
    kinds = {click.kind for click in context.near(BURST_MS)}
    return "unsubscribe" in kinds and len(kinds) > 1


SIGNALS = (
    BotSignal("honeypot", CERTAIN, is_near_honeypot),
    BotSignal("not GET", CERTAIN, is_probe),
    BotSignal("prefetch", CERTAIN, is_prefetch),
    BotSignal("several links at once", 0.8, is_burst),
    BotSignal("at the hand-over", 0.7, is_early),
    BotSignal("soon after the hand-over", 0.3, is_soon),
    BotSignal("user agent of a tool", 0.7, is_tool),
    BotSignal("user agent of no browser", 0.4, is_no_browser),
    BotSignal("many readers in one network", 0.6, is_crowded),
    BotSignal("data centre", 0.3, is_in_data_centre),
    BotSignal("unsubscribe and another link", 0.4, is_contradiction),
)


class BotScore(NamedTuple):
    """The sum of the weights, the names of the signals that hold, and whether the page was seen."""

    score: float
    signals: tuple[str, ...]
    seen: bool

    @property
    def is_human(self) -> bool:
        """Whether the click counts as a person's."""
        return self.seen or self.score < THRESHOLD


def score(context: ClickContext) -> BotScore:
    """The score of a click, whose surroundings have all come (see `scored_from`)."""
    held = [signal for signal in SIGNALS if signal.holds(context)]
    return BotScore(
        sum(signal.weight for signal in held), tuple(signal.name for signal in held), was_seen(context)
    )


def was_seen(context: ClickContext) -> bool:
    """Whether the script of the page behind the link reports that somebody looked at it."""
    link = context.this.click.link
    return any(other.click.link == link and is_seen(other.click) for other in context.others)


def is_seen(click: MailClick) -> bool:
    """Whether this is a report that the page was looked at."""
    return click.visible_seconds is not None and click.visible_seconds >= SEEN_SECONDS


def scored_from(at: int) -> int:
    """From when on a click of a time may be scored."""
    return at + SETTLED_MS


def due_from(each: TimedClick) -> int:
    """From when on a click may be scored: one that reports that the page was seen at once."""
    return each.at if is_seen(each.click) else scored_from(each.at)


def first_human(clicks: Sequence[TimedClick], handed_over_at: int | None, now: int) -> TimedClick | None:
    """The first click of a mail that may be scored at a time and counts as a person's; None: there is none.

    Following the link that unsubscribes, or one that nobody sees, is no success.
    """
    wanted = (each for each in clicks if each.click.kind not in ("unsubscribe", "honeypot"))
    due = sorted((each for each in wanted if due_from(each) <= now), key=lambda each: each.at)
    return next((each for each in due if score(ClickContext(each, clicks, handed_over_at)).is_human), None)
