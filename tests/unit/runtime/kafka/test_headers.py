"""Headers of ours, written for any time and text, and read from anybody's records."""

from typing import Any

import pytest

from workers.runtime.kafka.headers import VERSION, cloud_headers, version_of


@pytest.mark.parametrize(
    "value", [None, b"", b"1", b"1.2.3", b"a.b", b"-1.2", b"1.-2", b" 1.2", b"1_0.2", b"1." + b"9" * 5_000,
              b"9223372036854775808.1", "²".encode() + b".1"]
)  # fmt: skip
def test_a_malformed_version_is_refused_with_a_readable_reason(value: Any) -> None:
    """It names the header and what was expected."""
    with pytest.raises(ValueError, match=r"the header kairos_version is not EPOCH\.TIME"):
        version_of([(VERSION, value)])


def test_the_largest_version_is_read() -> None:
    """Both numbers fit into 64 bits."""
    assert version_of([("a", b"b"), (VERSION, b"%d.0" % (2**63 - 1))]) == (2**63 - 1, 0)


@pytest.mark.parametrize("at", [-(2**63), -62_135_596_800_001, -1, 253_402_300_800_000, 2**63 - 1])
def test_headers_can_be_made_for_any_time(at: int) -> None:
    """One that no date can name becomes the nearest that can."""
    time = dict(cloud_headers("t", "/s", "half an emoji \ud83d", at))["ce_time"].decode()

    assert time.startswith(("0001-01-01", "1969-12-31", "9999-12-31"))
