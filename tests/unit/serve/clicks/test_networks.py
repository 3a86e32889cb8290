"""Parts of the network: what is kept of an address, and how many readers are in one."""

import pytest

from workers.serve.clicks.networks import (
    MOST_NETWORKS,
    ListedNetworks,
    NetworkReaders,
    network_of,
    public_address,
)

NOW = 1_707_523_200_000


@pytest.mark.parametrize(
    ("text", "network"),
    [
        ("8.8.4.4", "8.8.4.0/24"),
        ("::ffff:8.8.4.4", "8.8.4.0/24"),
        ("2001:4860:4860:1:2::8888", "2001:4860:4860::/48"),
        ("127.0.0.1", None),
        ("192.168.1.5", None),
        ("fe80::1", None),
        ("testclient", None),
        ("", None),
        ("8.8.4.4 ", None),
    ],
)
def test_of_an_address_its_network_is_kept(text: str, network: str | None) -> None:
    """An address within our own walls is a proxy's: it says nothing of the reader."""
    address = public_address(text)
    assert (None if address is None else network_of(address)) == network


def test_readers_are_those_of_the_last_minute() -> None:
    readers = NetworkReaders()
    assert [readers.note("a", f"p{n}", NOW + n * 20_000) for n in range(6)] == [1, 2, 3, 3, 3, 3]
    assert readers.note("b", "p0", NOW + 100_000) == 1


def test_no_flood_fills_the_memory() -> None:
    """The counts end at a hundred, far above what counts as many; old networks are forgotten."""
    readers = NetworkReaders()
    assert max(readers.note("a", f"p{n}", NOW) for n in range(1_000)) == 100
    for number in range(MOST_NETWORKS):
        readers.note(str(number), "p", NOW)
    assert readers.note("a", "q", NOW) == 1


def test_a_listed_network_has_its_addresses_only() -> None:
    listed = ListedNetworks(["8.8.4.0/25", "1.0.0.0/8", "2001:4860::/32"])
    inside = {"8.8.4.127", "1.255.0.1", "2001:4860::1"}
    for text in (*inside, "8.8.4.128", "2.0.0.1", "2001:4861::1", "::1.0.0.1"):
        address = public_address(text)
        assert address is None or listed.has(address) is (text in inside)
