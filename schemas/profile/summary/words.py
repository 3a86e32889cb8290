"""Known words in English and Japanese, one lexicon per field, one row per word."""

from schemas.profile.summary.english_case import in_sentence
from schemas.profile.summary.lexicon import Lexicon, Word, key

GENDERS = Lexicon(  # the kind is the English pronoun
    (
        Word("female", "女性", "she", ("f", "woman", "girl", "lady", "she", "her", "she/her", "女")),
        Word("trans woman", "女性", "she", ("transgender-woman", "trans-female", "cis-woman", "cis-female")),
        Word("male", "男性", "he", ("m", "man", "boy", "he", "him", "he/him", "男")),
        Word("trans man", "男性", "he", ("transgender-man", "trans-male", "cis-man", "cis-male")),
        Word("non-binary", "ノンバイナリーの方", "they", ("nonbinary", "enby", "nb", "ノンバイナリー")),
    ),
    other=lambda text: Word(text, "", "they"),
)
RELATIONSHIPS = Lexicon(
    (
        Word("single", "独身", "single", ("未婚", "not-married", "unmarried")),
        Word("married", "既婚", "known", ("結婚",)),
        Word("engaged", "婚約中", "known"),
        Word("in a relationship", "交際中", "known", ("in-relationship", "dating", "taken", "恋人あり")),
        Word("in a domestic partnership", "パートナーと暮らして", "known", ("domestic-partnership",)),
        Word("living with a partner", "パートナーと暮らして", "known", ("partnered", "cohabiting", "同棲中")),
        Word("divorced", "離婚して", "known", ("離婚",)),
        Word("separated", "別居中", "known"),
        Word("widowed", "配偶者と死別して", "known", ("死別", "widow", "widower")),
    )
)
EATERS = (  # strictest first
    Word("a vegan", "ヴィーガン", "eater", ("vegan", "ビーガン", "完全菜食")),
    Word("a vegetarian", "ベジタリアン", "eater", ("vegetarian", "菜食", "菜食主義", "veggie")),
    Word("a pescatarian", "ペスカタリアン", "eater", ("pescatarian", "pescetarian")),
    Word("a flexitarian", "フレキシタリアン", "eater", ("flexitarian",)),
)
DIETS = Lexicon(  # kinds of eaters, food that is needed, allergies, food that is avoided
    (
        *EATERS,
        Word("gluten-free", "グルテンフリー", "food", ("gf", "no-gluten", "celiac", "coeliac")),
        Word("dairy-free", "乳製品不使用", "food", ("no-dairy", "lactose-free")),
        Word("nut-free", "ナッツ不使用", "food", ("no-nuts",)),
        Word("sugar-free", "無糖", "food", ("no-sugar",)),
        Word("low-carb", "低糖質", "food", ("糖質制限",)),
        Word("low-sodium", "減塩", "food", ("low-salt",)),
        Word("keto", "ケト", "food", ("ketogenic",)),
        Word("paleo", "パレオ", "food"),
        Word("halal", "ハラール", "food", ("ハラル",)),
        Word("kosher", "コーシャ", "food", ("コーシャー",)),
        Word("nuts", "ナッツ", "allergy", ("nut-allergy", "ナッツアレルギー", "tree-nut-allergy")),
        Word("peanuts", "ピーナッツ", "allergy", ("peanut-allergy", "ピーナッツアレルギー")),
        Word("shellfish", "甲殻類", "allergy", ("shellfish-allergy", "甲殻類アレルギー")),
        Word("eggs", "卵", "allergy", ("egg-allergy", "卵アレルギー")),
        Word("milk", "乳", "allergy", ("milk-allergy", "dairy-allergy", "乳アレルギー")),
        Word("soy", "大豆", "allergy", ("soy-allergy", "大豆アレルギー")),
        Word("wheat", "小麦", "allergy", ("wheat-allergy", "小麦アレルギー")),
        # the name of a food alone means that it is avoided
        Word("nuts", "ナッツ", "avoided", ("nut",)),
        Word("peanuts", "ピーナッツ", "avoided", ("peanut", "no-peanuts")),
        Word("shellfish", "甲殻類", "avoided", ("no-shellfish",)),
        Word("eggs", "卵", "avoided", ("egg", "no-eggs")),
        Word("dairy", "乳製品", "avoided", ("milk", "lactose")),
        Word("gluten", "グルテン", "avoided"),
        Word("soy", "大豆", "avoided", ("no-soy",)),
        Word("pork", "豚肉", "avoided", ("no-pork",)),
        Word("beef", "牛肉", "avoided", ("no-beef",)),
        Word("red meat", "赤身肉", "avoided", ("no-red-meat",)),
        Word("raw fish", "生魚", "avoided", ("no-raw-fish",)),
        Word("alcohol", "アルコール", "avoided", ("no-alcohol", "お酒")),
    ),
)


def table(text: str) -> Word:
    """The word of an unknown kind of table, with `table` in it once."""
    kind = in_sentence(text)
    ready = kind.endswith(("table", "tables", "room", "seating"))
    return Word(f"{kind} experiences" if ready else f"{kind} table experiences", text)


TABLES = Lexicon(
    (
        Word(
            "communal table experiences",
            "相席",
            also=("communal", "communal-table", "shared", "相席テーブル"),
        ),
        Word("private table experiences", "個室", also=("private", "private-table", "private-room")),
        Word("counter seating", "カウンター", also=("counter", "カウンター席", "counter-seat")),
        Word("bar seating", "バーカウンター", also=("bar", "bar-seat")),
        Word("outdoor seating", "テラス", also=("outdoor", "outdoors", "patio", "terrace", "テラス席")),
        Word("window seating", "窓際", also=("window", "窓側", "窓際の席", "window-seat")),
        Word("booth seating", "ボックス席", also=("booth",)),
        Word("chef's table experiences", "シェフズテーブル", also=("chef's-table", "chefs-table")),
        Word("small group table experiences", "少人数のテーブル", also=("small-group", "small", "少人数")),
    ),
    other=table,
)


def cuisine(text: str) -> Word:
    """The word of an unknown cuisine, with `cuisine` removed, as the sentence adds it."""
    name = text.removesuffix(" cuisine").removesuffix(" food")
    return Word(name, f"{name}料理" if name.isascii() else name)


CUISINES = Lexicon(
    (
        Word(name, ja, also=(f"{key(name)}-cuisine", f"{key(name)}-food", *also))
        for name, ja, *also in (
            ("Italian", "イタリア料理", "イタリアン"),
            ("French", "フランス料理", "フレンチ"),
            ("Japanese", "和食", "日本料理"),
            ("Chinese", "中華料理", "中華", "中国料理"),
            ("Thai", "タイ料理"),
            ("Korean", "韓国料理"),
            ("Indian", "インド料理"),
            ("Mexican", "メキシコ料理"),
            ("Spanish", "スペイン料理"),
            ("Vietnamese", "ベトナム料理"),
            ("Greek", "ギリシャ料理"),
            ("Turkish", "トルコ料理"),
            ("American", "アメリカ料理"),
            ("Mediterranean", "地中海料理"),
            ("Middle Eastern", "中東料理"),
            ("Ethiopian", "エチオピア料理"),
            ("Moroccan", "モロッコ料理"),
            ("Lebanese", "レバノン料理"),
            ("Peruvian", "ペルー料理"),
            ("Brazilian", "ブラジル料理"),
            ("German", "ドイツ料理"),
            ("Indonesian", "インドネシア料理"),
            ("Californian", "カリフォルニア料理"),
            ("fusion", "フュージョン料理", "フュージョン"),
            ("vegan", "ヴィーガン料理"),
            ("vegetarian", "ベジタリアン料理"),
            ("seafood", "魚介料理", "シーフード"),
            ("sushi", "寿司", "鮨"),
            ("ramen", "ラーメン"),
        )
    ),
    other=cuisine,
)
EVENT_TYPES = Lexicon(
    (
        Word("wine tastings", "ワインテイスティング", also=("wine-tasting", "ワイン会")),
        Word("cooking classes", "料理教室", also=("cooking-class", "クッキングクラス")),
        Word("dinners", "ディナー", also=("dinner", "夕食会")),
        Word("lunches", "ランチ", also=("lunch", "昼食会")),
        Word("brunches", "ブランチ", also=("brunch",)),
        Word("breakfasts", "朝食会", also=("breakfast",)),
        Word("tastings", "テイスティング", also=("tasting", "試飲会", "試食会")),
        Word("workshops", "ワークショップ", also=("workshop",)),
        Word("supper clubs", "サパークラブ", also=("supper-club",)),
        Word("pop-ups", "ポップアップ", also=("pop-up", "popup")),
        Word("parties", "パーティー", also=("party",)),
        Word("happy hours", "ハッピーアワー", also=("happy-hour",)),
        Word("networking events", "交流会", also=("networking", "meetup", "mixer")),
        Word("food tours", "フードツアー", also=("food-tour",)),
        Word("sake tastings", "日本酒テイスティング", also=("sake-tasting", "日本酒の会")),
        Word("coffee tastings", "コーヒーテイスティング", also=("coffee-tasting",)),
    ),
    other=lambda text: Word(f"{text} events", text),
)
PLACES = Lexicon(  # ways of working that are given for the place of work
    (
        Word("remotely", "リモート", "way", ("remote", "remote-work", "リモートワーク", "テレワーク")),
        Word("from home", "在宅", "way", ("home", "wfh", "work-from-home", "at-home", "home-office", "自宅")),
    )
)
