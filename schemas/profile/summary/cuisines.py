"""Cuisines in English and Japanese: adjectives (Thai cuisine), dishes (sushi), and what else people write."""

import re

from schemas.profile.summary.lexicon import Lexicon, Word, rows
from schemas.profile.summary.phrases import is_japanese, is_negated, is_phrase, quoted, quoted_ja

SUFFIX = re.compile(
    r"(?:[\s-]+(?:cuisines?|foods?|restaurants?|dish(?:es)?|cooking|style|kitchens?|places?|venues?"
    r"|flavou?rs?|fare|meals?))+$"
    r"|(?:が|も)?(?:大?好き|食べたい|希望|好み)(?:です)?$|の(?:お?店|レストラン)$|系$",
    re.IGNORECASE,
)
PREFIX = re.compile(
    r"^(?:i (?:really )?(?:love|like|enjoy|prefer)s?|(?:really )?(?:love|like|enjoy|prefer)s?|mostly"
    r"|mainly|especially|authentic"
    r"|traditional|good|great|best|fine|real|fresh)\s+",
    re.IGNORECASE,
)
ADJECTIVES = (
    ("Italian", "イタリア料理", "イタリアン", "italy"),
    ("French", "フランス料理", "フレンチ", "france"),
    ("Japanese", "和食", "日本料理", "japan", "washoku"),
    ("Chinese", "中華料理", "中華", "中国料理", "china"),
    ("Thai", "タイ料理", "タイ", "thailand"),
    ("Korean", "韓国料理", "韓国", "korea"),
    ("Indian", "インド料理", "インド", "india"),
    ("Mexican", "メキシコ料理", "メキシカン", "mexico"),
    ("Spanish", "スペイン料理", "スパニッシュ", "spain"),
    ("Vietnamese", "ベトナム料理", "ベトナム", "vietnam"),
    ("Greek", "ギリシャ料理", "greece"),
    ("Turkish", "トルコ料理", "turkey"),
    ("American", "アメリカ料理", "usa", "アメリカン"),
    ("Mediterranean", "地中海料理"),
    ("Middle Eastern", "中東料理"),
    ("Ethiopian", "エチオピア料理", "ethiopia"),
    ("Moroccan", "モロッコ料理", "morocco"),
    ("Lebanese", "レバノン料理", "lebanon"),
    ("Peruvian", "ペルー料理", "peru"),
    ("Brazilian", "ブラジル料理", "brazil"),
    ("German", "ドイツ料理", "germany"),
    ("Indonesian", "インドネシア料理", "indonesia"),
    ("Californian", "カリフォルニア料理", "california"),
    ("Basque", "バスク料理"),
    ("Portuguese", "ポルトガル料理", "portugal"),
    ("Russian", "ロシア料理"),
    ("Nepalese", "ネパール料理", "nepali"),
    ("Taiwanese", "台湾料理", "台湾"),
    ("Cantonese", "広東料理", "広東"),
    ("Sichuan", "四川料理", "四川", "szechuan"),
    ("Hawaiian", "ハワイ料理", "ハワイアン"),
    ("Caribbean", "カリブ料理"),
    ("Cajun", "ケイジャン料理"),
    ("Tex-Mex", "テクス・メクス料理"),
    ("Asian", "アジア料理", "アジアン"),
    ("Southeast Asian", "東南アジア料理", "エスニック", "エスニック料理"),
    ("European", "ヨーロッパ料理"),
    ("African", "アフリカ料理"),
    ("Latin American", "ラテンアメリカ料理", "latin"),
    ("Malaysian", "マレーシア料理"),
    ("Filipino", "フィリピン料理"),
    ("Persian", "ペルシア料理"),
    ("Western", "洋食"),
    ("Okinawan", "沖縄料理", "沖縄", "okinawa"),
    ("Kyoto", "京料理"),
    ("Nordic", "北欧料理", "scandinavian"),
    ("Georgian", "ジョージア料理"),
    ("fusion", "フュージョン料理", "フュージョン"),
    ("vegan", "ヴィーガン料理"),
    ("vegetarian", "ベジタリアン料理"),
    ("halal", "ハラール料理"),
)
DISHES = (
    ("seafood", "魚介料理", "シーフード", "魚介"),
    ("sushi", "寿司", "鮨", "お寿司"),
    ("ramen", "ラーメン"),
    ("pizza", "ピザ", "ピッツァ"),
    ("pasta", "パスタ"),
    ("barbecue", "バーベキュー", "bbq", "barbeque"),
    ("grilled meat", "焼肉", "yakiniku", "焼き肉"),
    ("grilled chicken skewers", "焼き鳥", "yakitori", "焼鳥"),
    ("soba", "そば", "蕎麦", "お蕎麦"),
    ("udon", "うどん"),
    ("tempura", "天ぷら", "てんぷら"),
    ("tapas", "タパス"),
    ("tacos", "タコス", "taco"),
    ("burgers", "ハンバーガー", "burger", "hamburgers"),
    ("steak", "ステーキ", "steaks"),
    ("curry", "カレー", "curries"),
    ("dim sum", "点心", "dimsum", "飲茶"),
    ("noodles", "麺類", "noodle"),
    ("street food", "屋台料理"),
    ("comfort food", "家庭料理", "home cooking", "homestyle"),
    ("soul food", "ソウルフード"),
    ("spicy food", "辛い料理", "spicy", "辛いもの", "辛い物", "辛いの"),
    ("healthy food", "ヘルシーな料理", "healthy", "ヘルシー"),
    ("desserts", "デザート", "dessert", "sweets", "スイーツ", "甘いもの"),
    ("fast food", "ファストフード", "ファーストフード"),
    ("pub food", "居酒屋料理", "居酒屋", "izakaya"),
    ("meat dishes", "肉料理", "meat", "肉"),
    ("fish dishes", "魚料理", "fish", "魚", "お魚"),
    ("vegetable dishes", "野菜料理", "vegetables", "野菜"),
    ("hot pot", "鍋料理", "鍋", "hotpot", "nabe"),
    ("brunch", "ブランチ"),
    ("breakfast", "朝食"),
)
ADJECTIVE = re.compile(r"(?:[A-Z][a-z]+[ -])?[A-Z][a-z]+(?:an|ese|ish|ean|ian|ic)")
NO_ADJECTIVES = frozenset(
    {"Vegan", "Asian", "Organic", "Classic", "Ethnic", "Fish", "Cheese", "Pan", "Radish", "Garlic"}
)


def cuisine(text: str) -> Word | None:
    """The word of an unknown text: known inside it, an adjective, or quoted; None for what is not liked."""
    if is_negated(text):
        return None
    name = PREFIX.sub("", SUFFIX.sub("", text).strip()).strip()
    if known := CUISINES.known(name):
        return known
    if not name or name.casefold() in ("food", "foods", "cuisine") or len(text.split()) > 8:
        return None
    if is_japanese(text):
        name = f"{name}の料理" if name.endswith(("中心", "重視", "多め", "全般", "少なめ")) else name
        return Word(quoted(text), name, "said") if is_phrase(name) else None
    if ADJECTIVE.fullmatch(name) and name not in NO_ADJECTIVES and is_phrase(name):
        return Word(name, f"{name}料理")
    return Word(quoted(text), quoted_ja(text), "said")


CUISINES = Lexicon(
    (
        *rows("", *ADJECTIVES),
        *rows("dish", *DISHES),
    ),
    other=cuisine,
)
