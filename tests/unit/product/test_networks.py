"""Ranges of networks, from a text."""

from ipaddress import ip_address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workers.product.networks import NetworkRanges, network_of, read_ranges

TEXT = """
# two that touch, one inside of another, and one of the sixth version
203.0.113.0/25   # first
203.0.113.128/25
10.0.0.0/8
10.1.0.0/16
2001:db8::/32
"""


@pytest.mark.parametrize(
    ("address", "included"),
    [
        ("203.0.113.0", True),
        ("203.0.113.255", True),
        ("203.0.114.0", False),
        ("203.0.112.255", False),
        ("10.255.255.255", True),
        ("11.0.0.0", False),
        ("2001:db8:ffff::1", True),
        ("2001:db9::", False),
        ("::ffff:10.0.0.1", False),
        ("not an address", None),
        ("", None),
    ],
)
def test_an_address_is_in_a_range_or_not(address: str, included: bool | None) -> None:
    """Both ends belong to a range; what is no address is not known."""
    assert read_ranges(TEXT).includes(address) is included


addresses = st.integers(0, 255).map(lambda last: f"192.0.2.{last}")
networks = st.tuples(addresses, st.integers(24, 32)).map(
    lambda pair: ip_network(f"{pair[0]}/{pair[1]}", False)
)


@given(st.lists(networks, max_size=5), addresses)
def test_ranges_are_found_as_by_looking_at_each(ranges: list, address: str) -> None:  # type: ignore[type-arg]
    """However they overlap."""
    assert NetworkRanges(ranges).includes(address) == any(ip_address(address) in each for each in ranges)


def test_an_empty_list_includes_nothing() -> None:
    """No file, no range."""
    assert read_ranges("").includes("10.0.0.1") is False


@pytest.mark.parametrize("line", ["10.0.0.1/8", "hello", "10.0.0.0/33"])
def test_a_line_that_is_no_range_is_named(line: str) -> None:
    """With its number."""
    with pytest.raises(ValueError, match="line 2: "):
        read_ranges(f"10.0.0.0/8\n{line}\n")


def test_the_network_of_an_address() -> None:
    """Its first 24 or 48 bits."""
    assert network_of("203.0.113.77") == "203.0.113.0/24"
    assert network_of("2001:db8:1:2::5") == "2001:db8:1::/48"
    assert network_of("unknown") is None
