"""Names of places in Japanese and English, and how near two places are."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workers.recommend.places import NOWHERE, Place, likeness_of_places, place
from workers.recommend.policy import PlaceLikeness

LIKENESS = PlaceLikeness()


@pytest.mark.parametrize(
    ("text", "city", "region", "country"),
    [
        ("東京都新宿区", "shinjuku", "tokyo", "JP"),
        ("Shinjuku, Tokyo", "shinjuku", "tokyo", "JP"),
        ("Shinjuku-ku, Tōkyō-to, Japan", "shinjuku", "tokyo", "JP"),
        ("東京都", None, "tokyo", "JP"),
        ("Tokyo", None, "tokyo", "JP"),
        ("東京都港区六本木1-2-3", "minato", "tokyo", "JP"),
        ("Minato-ku, Tokyo", "minato", "tokyo", "JP"),
        ("東京都府中市", "fuchu", "tokyo", "JP"),  # 京都 is inside, and not meant
        ("大阪市北区", "osaka", "osaka", "JP"),
        ("大阪府", None, "osaka", "JP"),
        ("Osaka, Japan", "osaka", "osaka", "JP"),
        ("神奈川県横浜市西区", "yokohama", "kanagawa", "JP"),
        ("Yokohama-shi", "yokohama", "kanagawa", "JP"),
        ("福岡市博多区", "fukuoka", "fukuoka", "JP"),
        ("茨木市", "ibaraki", "osaka", "JP"),
        ("Ibaraki", None, "ibaraki", "JP"),
        ("津市", "tsu", "mie", "JP"),
        ("San Francisco, CA", "san francisco", "CA", "US"),
        ("San Francisco, CA 94103", "san francisco", "CA", "US"),
        ("サンフランシスコ", "san francisco", "CA", "US"),
        ("Springfield, IL", "springfield", "IL", "US"),
        ("New York, NY", "new york", "NY", "US"),
        ("California", None, "CA", "US"),
        ("London, UK", "london", None, "GB"),
        ("日本", None, None, "JP"),
    ],
)
def test_names_are_the_same_place_in_both_languages(
    text: str, city: str | None, region: str | None, country: str | None
) -> None:
    """City, region and country, as far as the text says them."""
    assert place(text) == Place(city, region, country)


@pytest.mark.parametrize("text", ["Remote", "フルリモート", "在宅勤務", "Work from home", "テレワーク"])
def test_work_from_anywhere_is_remote(text: str) -> None:
    """In both languages."""
    assert place(text) == Place(remote=True)


@pytest.mark.parametrize("text", ["リモート不可 渋谷", "Hybrid, Shibuya", "渋谷（一部リモート）", "渋谷"])
def test_work_in_part_from_home_is_not_remote(text: str) -> None:
    """A person has to be there."""
    assert place(text) == Place("shibuya", "tokyo", "JP")


@pytest.mark.parametrize(
    "text", [None, "", "  ", "未定", "n/a", "12345", "See the description for details of it all"]
)
def test_what_says_no_place_is_unknown(text: str | None) -> None:
    """What is unknown stays unknown."""
    assert place(text) == NOWHERE


def test_an_ambiguous_ward_is_only_itself() -> None:
    """There is a Kita ward in many cities: nothing is guessed, and the same text is the same place."""
    assert place("北区") == Place("北区")
    assert likeness_of_places(place("北区"), place("北区"), LIKENESS) == 1.0
    assert likeness_of_places(place("SOMA"), place("soma"), LIKENESS) == 1.0


def test_nearer_is_more_alike() -> None:
    """The same city, the same region, remote, the same country, elsewhere."""
    here = place("新宿区, 東京都")
    texts = ("Shinjuku", "渋谷区", "Remote", "札幌市", "Boston, MA")
    values = [likeness_of_places(here, place(text), LIKENESS) for text in texts]

    assert values == sorted(values, reverse=True)
    assert values[0] == 1.0
    assert values[-1] == 0.0


def test_cities_of_one_name_in_two_states_are_different() -> None:
    """Springfield is in Illinois, and in Massachusetts."""
    one, other = place("Springfield, IL"), place("Springfield, MA")

    assert likeness_of_places(one, other, LIKENESS) == LIKENESS.country


@given(st.text(max_size=200), st.text(max_size=60))
def test_any_text_has_a_place(text: str, other: str) -> None:
    """And a likeness to any other, 0 to 1, the same each time."""
    value = likeness_of_places(place(text), place(other), LIKENESS)

    assert 0.0 <= value <= 1.0
    assert value == likeness_of_places(place(text), place(other), LIKENESS)
