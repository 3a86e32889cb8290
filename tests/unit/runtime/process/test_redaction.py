"""What is left of a text that holds an address."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workers.runtime.process import logs

ADDRESS = "sarah.chen@email.com"


def test_ids_around_an_address_stay_readable() -> None:
    """A fact's id keeps its collection and document."""
    assert logs.redact(f"events/event_001/{ADDRESS}") == "events/event_001/<address>"


@pytest.mark.parametrize(
    "value", [1, 1.5, True, None, "user_001:1", "events/event_001", "3 @ 5", "@property"]
)
def test_other_values_stay_as_they_are(value: Any) -> None:
    """Numbers, ids and a lonely @ pass."""
    assert logs.redact(value) is value


@given(st.emails())
def test_any_address_is_hidden(address: str) -> None:
    """For every address of the standard its domain is gone, and so is the @."""
    assert "@" not in logs.redact_text(f"no mail for {address}.")


def test_a_long_text_is_cut_and_leaves_no_half_address() -> None:
    """A value of megabytes is no line of a log; the cut goes through an address here."""
    text = logs.redact_text(" " * (logs.LONGEST - 10) + ADDRESS + " " * 1_000_000)

    assert len(text) < logs.LONGEST + 20
    assert "sarah" not in text
