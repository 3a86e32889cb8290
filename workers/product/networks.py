"""Parts of the network: which one an address is in, and whether that is a data centre's. Pure.

A list of ranges is a text with one range a line (`203.0.113.0/24`); `#` begins a comment.
"""

from bisect import bisect_right
from collections.abc import Iterable
from ipaddress import IPv4Network, IPv6Network, collapse_addresses, ip_address, ip_network

PREFIX = {4: 24, 6: 48}  # what is given to one household or office, or to few


def network_of(address: str) -> str | None:
    """The network of an address, as `203.0.113.0/24`; None for a text that is no address."""
    try:
        parsed = ip_address(address)
        return str(ip_network(f"{parsed}/{PREFIX[parsed.version]}", strict=False))
    except ValueError:
        return None


def ends(network: IPv4Network | IPv6Network) -> tuple[int, int]:
    """The first and the last address of a network, as numbers."""
    return int(network.network_address), int(network.broadcast_address)


class NetworkRanges:
    """A set of ranges, in which an address is found by bisection."""

    def __init__(self, ranges: Iterable[IPv4Network | IPv6Network]) -> None:
        every = list(ranges)
        fourth = collapse_addresses(each for each in every if isinstance(each, IPv4Network))
        sixth = collapse_addresses(each for each in every if isinstance(each, IPv6Network))
        self._ranges = {4: [*map(ends, fourth)], 6: [*map(ends, sixth)]}

    def includes(self, address: str) -> bool | None:
        """Whether an address is in a range; None for a text that is no address."""
        try:
            parsed = ip_address(address)
        except ValueError:
            return None
        ranges = self._ranges[parsed.version]
        place = bisect_right(ranges, (int(parsed), 1 << 128))
        return place > 0 and ranges[place - 1][1] >= int(parsed)


def read_ranges(text: str) -> NetworkRanges:
    """The ranges of a text; ValueError that names the first line that is none."""
    ranges = []
    for number, line in enumerate(text.splitlines(), start=1):
        content = line.partition("#")[0].strip()
        if not content:
            continue
        try:
            ranges.append(ip_network(content))
        except ValueError as error:
            raise ValueError(f"line {number}: {error}") from None
    return NetworkRanges(ranges)
