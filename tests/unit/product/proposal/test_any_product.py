"""Whatever is in a database: a proposal can be used, and holds no value."""

import string
from typing import Any

from bson import ObjectId
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.product.proposal.products import DAY, IDS, PEOPLE, fed, proposal, sources
from workers.product.proposal.collection_words import SURE, UNSURE
from workers.product.sources import TOPICS

SECRET = "hunter2 “x” # \n[users]"
COLLECTIONS = sorted({word for words in (SURE, UNSURE) for each in words.values() for word in each})
FIELDS = sorted(
    {
        "mail",
        "email",
        "userId",
        "customer",
        "date",
        "total",
        "title",
        "attendees",
        "who",
        "createdAt",
        "id",
        "no",
    }
    | {name for topic in TOPICS.values() for name in topic.payload[0].model_fields}
)
ODD_NAMES = st.text(string.printable + "“”\x1b\x85\u2028日", max_size=8)
NAMES = st.sampled_from(FIELDS) | ODD_NAMES
PLAIN = st.sampled_from([SECRET, *PEOPLE, *IDS[:3], DAY, 1, 2.5, True, None, b"x", "2026-01-15", ObjectId()])
VALUES = st.recursive(
    PLAIN,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=6,
)
DOCUMENT = st.dictionaries(NAMES, VALUES, max_size=6)


def with_ids(documents: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Documents of which some have ids to which others may refer."""
    return [each | {"_id": IDS[number]} for number, each in enumerate(documents)]


@given(
    st.dictionaries(
        st.sampled_from(COLLECTIONS) | ODD_NAMES.filter(bool),
        st.lists(DOCUMENT, max_size=3).map(with_ids),
        max_size=4,
    )
)
def test_any_proposal_can_be_used(collections: dict[str, list[dict[str, Any]]]) -> None:
    """It is TOML that `sources.toml` may be, names collections that are there, and quotes no value."""
    text = proposal(collections)

    assert set(fed(text).values()) <= collections.keys()
    assert sources(text)
    assert "hunter2" not in text
    assert not [sign for sign in text if not sign.isprintable() and sign != "\n"]
