"""Which part of the network asks, how many readers it has, and whether programs are at home there. Pure."""

from collections import OrderedDict
from collections.abc import Iterable
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

DIGITS = {4: 24, 6: 48}  # bits of an address that are kept: those of an office or a provider's street
AROUND_MS = 60_000
MOST_NETWORKS, MOST_READERS = 10_000, 100
Address = IPv4Address | IPv6Address


def public_address(text: str) -> Address | None:
    """An address of the internet; None for one of our own networks: that is a proxy's, or a test's."""
    try:
        address = ip_address(text)
    except ValueError:
        return None
    if isinstance(address, IPv6Address):
        address = address.ipv4_mapped or address
    return address if address.is_global else None


def network_of(address: Address) -> str:
    """The part of the network in which an address is; it stands for many people."""
    return str(ip_network((address, DIGITS[address.version]), strict=False))


class NetworkReaders:
    """How many readers' links were requested from each network within a minute; times are epoch ms.

    Bounded: of more networks those that asked longest ago are forgotten, and no more readers are counted.
    """

    def __init__(self) -> None:
        self._seen: OrderedDict[str, OrderedDict[str, int]] = OrderedDict()

    def note(self, network: str, reader: str, now: int) -> int:
        """Note a reader whose link was requested; how many there were with this one."""
        readers = self._seen.setdefault(network, OrderedDict())
        self._seen.move_to_end(network)
        readers[reader] = now
        readers.move_to_end(reader)
        while len(readers) > MOST_READERS or next(iter(readers.values())) <= now - AROUND_MS:
            readers.popitem(last=False)
        if len(self._seen) > MOST_NETWORKS:
            self._seen.popitem(last=False)
        return len(readers)


class ListedNetworks:
    """Networks of a list, such as those that providers of clouds publish: a line each, behind # a note."""

    def __init__(self, lines: Iterable[str]) -> None:
        """Raises ValueError, naming the line, for one that is no network."""
        self._networks: dict[tuple[int, int], set[int]] = {}
        for number, line in enumerate(lines, 1):
            if not (text := line.partition("#")[0].strip()):
                continue
            try:
                network = ip_network(text)
            except ValueError:
                raise ValueError(f"line {number} is no network like 192.0.2.0/24") from None
            key = network.version, network.max_prefixlen - network.prefixlen
            self._networks.setdefault(key, set()).add(int(network.network_address) >> key[1])

    def has(self, address: Address) -> bool:
        """Whether an address is in one of them."""
        number, version = int(address), address.version
        return any(number >> bits in found for (of, bits), found in self._networks.items() if of == version)
