"""Redaction of e-mail addresses in texts and values."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workers.runtime.process import logs

ADDRESS = "sarah.chen@email.com"


def test_ids_around_an_address_stay_readable() -> None:
    """The id of a fact keeps its collection and document."""
    assert logs.redact(f"events/event_001/{ADDRESS}") == "events/event_001/<address>"


@pytest.mark.parametrize(
    "value", [1, 1.5, True, None, "user_001:1", "events/event_001", "3 @ 5", "@property"]
)
def test_other_values_stay_as_they_are(value: Any) -> None:
    """Numbers, ids and an @ without an address are not changed."""
    assert logs.redact(value) is value


@given(st.emails())
def test_any_address_is_hidden(address: str) -> None:
    """For every valid address the @ is removed."""
    assert "@" not in logs.redact_text(f"no mail for {address}.")


def test_a_long_text_is_cut_and_leaves_no_half_address() -> None:
    """A text of megabytes is truncated; here within an address."""
    text = logs.redact_text(" " * (logs.LONGEST - 10) + ADDRESS + " " * 1_000_000)

    assert len(text) < logs.LONGEST + 20
    assert "sarah" not in text
