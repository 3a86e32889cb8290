"""The vocabulary of the made-up product: names, interests and events, in two languages."""

from typing import Literal, NamedTuple

Pair = tuple[str, str]  # a name as it is written, and in Latin letters for the address


class Words(NamedTuple):
    """Names and field values of the people of one language."""

    language: Literal["en", "ja"]
    domain: str
    family_first: bool
    family: tuple[Pair, ...]
    women: tuple[Pair, ...]
    men: tuple[Pair, ...]
    interests: tuple[str, ...]
    cuisines: tuple[str, ...]
    diets: tuple[str, ...]
    occupations: tuple[str, ...]
    tables: tuple[str, ...]
    neighborhoods: tuple[str, ...]


def latin(*names: str) -> tuple[Pair, ...]:
    """Names that are written in Latin letters."""
    return tuple((name, name.lower()) for name in names)


ENGLISH = Words(
    language="en",
    domain="example.com",
    family_first=False,
    family=latin(
        "Baker", "Castillo", "Dunn", "Fischer", "Garcia", "Hughes", "Ivanova", "Khan",
        "Lopez", "Moreau", "Nguyen", "Okafor", "Patel", "Quinn", "Rossi", "Silva",
    ),
    women=latin("Amara", "Bella", "Clara", "Dina", "Elena", "Grace", "Hannah", "Iris", "Julia", "Nora"),
    men=latin("Adam", "Bruno", "Carlos", "David", "Ethan", "Felix", "Hugo", "Jonas", "Liam", "Omar"),
    interests=("hiking", "photography", "cooking", "jazz", "cycling", "pottery", "chess", "gardening"),
    cuisines=("Italian", "Thai", "Japanese", "Mexican", "Indian", "French", "Korean"),
    diets=("vegetarian", "vegan", "gluten-free"),
    occupations=("Software Engineer", "Nurse", "Teacher", "Designer", "Lawyer", "Carpenter", "Data Analyst"),
    tables=("communal", "private", "counter"),
    neighborhoods=("Mission District", "SOMA", "Hayes Valley", "Noe Valley", "North Beach", "Sunset"),
)  # fmt: skip
JAPANESE = Words(
    language="ja",
    domain="example.jp",
    family_first=True,
    family=(
        ("佐藤", "sato"), ("鈴木", "suzuki"), ("高橋", "takahashi"), ("田中", "tanaka"), ("伊藤", "ito"),
        ("渡辺", "watanabe"), ("山本", "yamamoto"), ("中村", "nakamura"), ("小林", "kobayashi"),
        ("加藤", "kato"), ("吉田", "yoshida"), ("松本", "matsumoto"),
    ),
    women=(
        ("美咲", "misaki"), ("陽菜", "hina"), ("結衣", "yui"), ("さくら", "sakura"), ("葵", "aoi"),
        ("真由", "mayu"), ("千夏", "chinatsu"),
    ),
    men=(
        ("健二", "kenji"), ("大輔", "daisuke"), ("翔太", "shota"), ("蓮", "ren"), ("悠真", "yuma"),
        ("直樹", "naoki"), ("拓海", "takumi"),
    ),
    interests=("登山", "写真", "料理", "読書", "陶芸", "ランニング", "茶道", "映画"),
    cuisines=("和食", "イタリア料理", "フランス料理", "タイ料理", "中華料理", "韓国料理"),
    diets=("ベジタリアン", "グルテンフリー"),
    occupations=("エンジニア", "看護師", "教師", "デザイナー", "編集者", "会計士", "研究者"),
    tables=("相席", "個室", "カウンター"),
    neighborhoods=("中目黒", "神楽坂", "吉祥寺", "下北沢", "恵比寿", "清澄白河"),
)  # fmt: skip

# venue, host, and the events there: (name, type)
EVENINGS: tuple[tuple[str, str, tuple[Pair, ...]], ...] = (
    (
        "The Vault",
        "Chef Mario",
        (("Pasta Night", "dinner"), ("Barolo Tasting", "wine_tasting"), ("Truffle Supper", "dinner")),
    ),
    ("Culinary Studio", "Chef Ploy", (("Curry Workshop", "cooking_class"), ("Street Food Night", "dinner"))),
    ("Komorebi", "Chef Aya", (("Ramen Evening", "dinner"), ("Sake Pairing", "tasting"))),
    ("Garden House", "Lucia Ferrer", (("Long Table Lunch", "lunch"), ("Herb Walk", "workshop"))),
    ("神楽坂キッチン", "料理長 井上", (("出汁の教室", "cooking_class"), ("月見の会", "dinner"))),
    ("Harbour Bakery", "Tom Whitby", (("Sourdough Class", "cooking_class"), ("Sunday Brunch", "brunch"))),
)
