"""Words from real forms and exports in sentences: quoted or left out, never bent, never turned round."""

from typing import Any

import pytest

from schemas.profile.summary.wording import event_names, words_of
from tests.unit.schemas.profile.summary.profiles import attended, of_ann


@pytest.mark.parametrize(
    ("field", "value", "english", "japanese"),
    [
        ("occupation", "I'm a nurse", "Ann is a nurse.", "女性で、看護師として働いています。"),
        (
            "occupation",
            "works at Google",
            'Ann describes her occupation as "works at Google".',
            "女性です。職業は「works at Google」です。",
        ),
        ("occupation", "looking", 'describes her occupation as "looking".', "職業は「looking」です。"),
        (
            "occupation",
            "CEO & founder, acme",
            'her occupation as "CEO & founder, acme".',
            "職業は「CEO & founder, acme」です。",
        ),
        ("occupation", "会社経営", "Ann is a business owner.", "会社経営者として働いています。"),
        (
            "occupation",
            "マーケティング職",
            "Ann works in marketing.",
            "マーケティング関係の仕事をしています。",
        ),
        ("occupation", "料理研究家", 'her occupation as "料理研究家".', "料理研究家として働いています。"),
        ("occupation", "データ分析", 'her occupation as "データ分析".', "職業は「データ分析」です。"),
        (
            "occupation",
            "Head of Growth",
            "Ann is a head of growth.",
            "「Head of Growth」として働いています。",
        ),
        ("occupation", "Lead", 'her occupation as "Lead".', "職業は「Lead」です。"),
        ("occupation", "Student (MBA)", "Ann is a student.", "現在は学生です。"),
        (
            "occupation",
            "Nurse (retired)",
            'occupation as "Nurse (retired)".',
            "職業は「Nurse (retired)」です。",
        ),
        (
            "interests",
            ["Playing guitar"],
            "interested in playing guitar.",
            "Playing guitarに興味があります。",
        ),
        ("interests", ["作ること"], "interested in 作ること.", "作ることに興味があります。"),
        ("home_neighborhood", "St. Louis", "Ann lives in St. Louis.", "St. Louisに住んでいます。"),
        ("home_neighborhood", "The Bronx", "Ann lives in the Bronx.", "The Bronxに住んでいます。"),
        ("home_neighborhood", "90210 Beverly Hills", "Ann lives in Beverly Hills.", "Beverly Hillsに住んで"),
        ("occupation", "Mother of 3", "Ann is a mother of 3.", "現在は「Mother of 3」です。"),
        ("occupation", "Sr. Engineer II", "Ann is a senior engineer.", "Senior Engineerとして働いています。"),
        ("dietary_restrictions", ["I'm vegan"], "Ann is a vegan.", "ヴィーガンです。"),
        ("interests", ["to travel"], "Ann is interested in travel.", "旅行に興味があります。"),
        ("interests", ["to knit"], "Ann is interested in knitting.", "knittingに興味があります。"),
        ("interests", ["play tennis"], "interested in playing tennis.", "playing tennisに興味があります。"),
        ("interests", ["I love hiking"], "interested in hiking.", "ハイキングに興味があります。"),
        ("interests", ["旅行が好きです"], "interested in travel.", "旅行に興味があります。"),
        ("interests", ["走る"], 'interested in "走る".', "走ることに興味があります。"),
        (
            "cuisine_preference",
            ["Italian restaurants"],
            "She enjoys Italian cuisine venues.",
            "イタリア料理を好み",
        ),
        (
            "cuisine_preference",
            ["sushi", "Thai"],
            "enjoys Thai cuisine venues and sushi.",
            "寿司とタイ料理を好み",
        ),
        (
            "cuisine_preference",
            ["anything spicy"],
            'She names "anything spicy" as a favorite cuisine.',
            "「anything spicy」を好みます。",
        ),
        (
            "dietary_restrictions",
            ["えびアレルギー"],
            "Ann is allergic to shrimp.",
            "えびのアレルギーがあります。",
        ),
        (
            "dietary_restrictions",
            ["allergic to nuts and shellfish"],
            "Ann is allergic to nuts and shellfish.",
            "ナッツと甲殻類のアレルギーがあります。",
        ),
        ("dietary_restrictions", ["no meat, no fish"], "Ann avoids meat and fish.", "肉と魚を避けています。"),
        (
            "dietary_restrictions",
            ["vegetarian but eats fish"],
            'Ann describes her dietary restrictions as "vegetarian but eats fish".',
            "食事の制限については「vegetarian but eats fish」とのことです。",
        ),
        (
            "table_type_preference",
            "table for two",
            "Ann prefers tables for two.",
            "希望する席は二人用のテーブルです。",
        ),
        (
            "table_type_preference",
            "communal tables",
            "Ann prefers communal table experiences.",
            "希望する席は相席です。",
        ),
        (
            "table_type_preference",
            "away from the door",
            'Ann describes her preferred table as "away from the door".',
            "希望する席は「away from the door」です。",
        ),
        (
            "home_neighborhood",
            "Noe Valley, San Francisco, CA 94114",
            "Ann lives in Noe Valley.",
            "Noe Valleyに住んで",
        ),
        ("home_neighborhood", "2-3-1 Marunouchi", "Ann lives in Marunouchi.", "Marunouchiに住んでいます。"),
        (
            "home_neighborhood",
            "渋谷区神宮前3-5-12",
            "Ann lives in 渋谷区神宮前.",
            "渋谷区神宮前に住んでいます。",
        ),
        ("home_neighborhood", "noe valley", "Ann lives in Noe Valley.", "Noe Valleyに住んでいます。"),
        ("work_neighborhood", "hybrid", "Ann works partly from home.", "一部在宅で働いています。"),
        (
            "relationship_status",
            "none of us two",
            'status as "none of us two".',
            "交際状況は「none of us two」です。",
        ),
    ],
)
def test_an_odd_word_is_said_well(field: str, value: Any, english: str, japanese: str) -> None:
    """In both languages."""
    assert english in of_ann("en", {field: value})
    assert japanese in of_ann("ja", {field: value})


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("occupation", "https://linkedin.com/in/ann"),
        ("occupation", "株式会社サンプル"),
        ("interests", ["anything", "everything!", "何でも", "色々", "no sports", "運動は苦手"]),
        ("interests", ["$1000", "my dog", "2024", "https://x.jp"]),
        ("cuisine_preference", ["no seafood", "everything", "何でも", "中華以外", "おまかせ", "$$"]),
        ("dietary_restrictions", ["everything", "no known allergies", "nka", "I eat everything"]),
        ("dietary_restrictions", ["アレルギーはありません", "何でも食べます", "好き嫌いなし"]),
        ("table_type_preference", "どこでも"),
        ("table_type_preference", "not communal"),
        ("table_type_preference", "any table is fine"),
        ("home_neighborhood", "123 Main St, Apt 4"),
        ("home_neighborhood", "94114"),
        ("home_neighborhood", "5th Avenue"),
        ("home_neighborhood", "Rue de Rivoli 12"),
        ("home_neighborhood", "https://maps.app/x1"),
        ("home_neighborhood", "$3,000/month"),
        ("home_neighborhood", "near the station"),
        ("home_neighborhood", "駅の近く"),
        ("home_neighborhood", "実家"),
        ("home_neighborhood", "remote"),
        ("home_neighborhood", "ann@x.jp"),
        ("work_neighborhood", "Google"),
        ("work_neighborhood", "Acme Corp."),
        ("work_neighborhood", "株式会社サンプル"),
        ("work_neighborhood", "client sites"),
    ],
)
def test_what_cannot_be_said_is_left_out(field: str, value: Any) -> None:
    """Links, addresses, prices, firms, everything, nothing, and what is not."""
    assert of_ann("en", {field: value}) == "Ann is new and has not attended an event yet."
    newcomer = "イベントにはまだ参加したことのない、新しい会員です。"
    assert of_ann("ja", {field: value}) == f"Annさんは女性です。{newcomer}"


@pytest.mark.parametrize(
    ("venue", "english", "japanese"),
    [
        ("Zoom", "yesterday online.", "昨日、オンラインで初めて"),
        ("https://zoom.us/j/1", "so far, yesterday.", "昨日、初めて"),
        ("The Vault, 123 Main St, SF", "yesterday at The Vault.", "昨日、The Vaultで"),
        ("21 Club", "yesterday at 21 Club.", "昨日、21 Clubで"),
        ("123 Main St, San Francisco", "so far, yesterday.", "昨日、初めて"),
        ("my place", "so far, yesterday.", "昨日、初めて"),
        ("会場は追って連絡", "so far, yesterday.", "昨日、初めて"),
        ("$20 at the door", "so far, yesterday.", "昨日、初めて"),
    ],
)
def test_a_venue_is_a_place_or_online(venue: str, english: str, japanese: str) -> None:
    """No link, address, price or sentence."""
    assert english in of_ann("en", attended(1, 1, venue=venue))
    assert japanese in of_ann("ja", attended(1, 1, venue=venue))


@pytest.mark.parametrize(
    ("raw", "english"),
    [
        ("networking event", "networking events"),
        ("Dinners", "dinners"),
        ("farm dinner", "farm dinners"),
        ("dinner party", "dinner parties"),
        ("speed dating", "speed dating events"),
        ("Hike", "hikes"),
    ],
)
def test_a_type_of_event_is_in_the_plural_and_says_event_once(raw: str, english: str) -> None:
    """Whatever it ends with."""
    liked = {**attended(3, 5), "affinities": {"event_type": [{"name": raw, "weight": 2.0}]}}
    assert f"Her favorite events are {english}." in of_ann("en", liked)


def test_a_mail_has_the_words_of_the_summary() -> None:
    """Interests, hosts, venues and events."""
    assert words_of("interests", ["to travel", "anything", "Star Wars", "旅行"], "en") == [
        "travel",
        "Star Wars",
    ]
    assert words_of("interests", ["to travel", "走る"], "ja") == ["旅行", "走ること"]
    assert words_of("hosts", ["Chef Mario", "https://x.jp", "staff"], "en") == ["Chef Mario"]
    assert words_of("venues", ["The Vault, 12 Main St", "Zoom", "TBD"], "en") == ["The Vault"]
    assert event_names(["Pasta Night.", None, "https://x.jp", "TBD"]) == ["Pasta Night"]
