"""How fast mails go to a group of domains: turns in a fixed distance, which grows when it is asked. Pure.

The state of one process, in memory: several workers have a pace each. Times are epoch milliseconds.
"""

import math
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

OTHER = "other"
GROWTH, GROWS_AFTER = 1.1, 100  # a tenth more after so many good deliveries
LEAST = 1 / 60  # mails a second
STOP_MS = 3_600_000  # after a refusal of us
DOMAINS_KEPT = 4_096  # whose group was looked for
PAUSE_MS = 30_000  # after a reply that asks for less


class DomainGroup(NamedTuple):
    """Domains that one provider receives mails for; a domain also stands for those under it."""

    name: str
    domains: tuple[str, ...]


GROUPS = (
    DomainGroup("gmail", ("gmail.com", "googlemail.com")),
    DomainGroup("yahoo", ("yahoo.com", "ymail.com", "aol.com", "rocketmail.com")),
    DomainGroup("yahoo-japan", ("yahoo.co.jp", "ybb.ne.jp")),
    DomainGroup(
        "microsoft",
        ("outlook.com", "outlook.jp", "hotmail.com", "hotmail.co.jp", "live.com", "live.jp", "msn.com"),
    ),
    DomainGroup("icloud", ("icloud.com", "me.com", "mac.com")),
    DomainGroup("docomo", ("docomo.ne.jp",)),
    DomainGroup("au", ("ezweb.ne.jp", "au.com", "uqmobile.jp")),
    DomainGroup("softbank", ("softbank.ne.jp", "i.softbank.jp", "vodafone.ne.jp", "ymobile.ne.jp")),
)


def domain_group(address: str) -> str:
    """The name of the group that an address belongs to; `other` for most."""
    return group_of(address.rpartition("@")[2])


@lru_cache(maxsize=DOMAINS_KEPT)
def group_of(domain: str) -> str:
    """The name of the group of a domain."""
    domain = f".{domain.lower().rstrip('.')}"
    for group in GROUPS:
        if any(domain.endswith(f".{each}") for each in group.domains):
            return group.name
    return OTHER


class ProviderStop(NamedTuple):
    """Until when nothing goes to a provider, and why."""

    until: int
    why: str


@dataclass
class GroupPace:
    """The pace of one group: mails a second, the next free turn, and how many went well since it changed."""

    rate: float
    next_at: float = 0.0
    delivered: int = 0


@dataclass
class SendingPace:
    """The paces of all groups, from `start` mails a second to `most`."""

    start: float
    most: float
    groups: dict[str, GroupPace] = field(default_factory=dict)
    stops: dict[str, ProviderStop] = field(default_factory=dict)  # by provider

    def of(self, group: str) -> GroupPace:
        """The pace of a group; a new one begins at the start."""
        return self.groups.setdefault(group, GroupPace(min(self.start, self.most)))

    def next_turn(self, group: str, now: int) -> int:
        """When the next turn of a group comes, `now` at the earliest."""
        return math.ceil(max(self.of(group).next_at, float(now)))

    def turn(self, group: str, now: int) -> int:
        """Take the next turn of a group: from when on its mail may be handed over, `now` at the earliest."""
        pace = self.of(group)
        at = max(pace.next_at, float(now))
        pace.next_at = at + 1000 / pace.rate
        return math.ceil(at)

    def delivered(self, group: str) -> None:
        """A mail of the group was accepted."""
        pace = self.of(group)
        pace.delivered += 1
        if pace.delivered >= GROWS_AFTER:
            pace.rate, pace.delivered = min(pace.rate * GROWTH, self.most), 0

    def slowed(self, group: str, now: int) -> None:
        """A server asked for less: half as much from now on, after a pause."""
        pace = self.of(group)
        pace.rate, pace.delivered = max(pace.rate / 2, LEAST), 0
        pace.next_at = max(pace.next_at, now + PAUSE_MS)

    def refused(self, address: str, why: str, now: int) -> None:
        """A provider does not want us: nothing more to its domains for an hour."""
        self.stops[provider(address)] = ProviderStop(now + STOP_MS, why)

    def stop_of(self, address: str, now: int) -> ProviderStop | None:
        """Why nothing goes to the provider of an address now; None: it may."""
        stop = self.stops.get(provider(address))
        return None if stop is None or now >= stop.until else stop


def provider(address: str) -> str:
    """The group of an address, its domain for those that are in no group."""
    group = domain_group(address)
    return address.rpartition("@")[2].lower() if group == OTHER else group
