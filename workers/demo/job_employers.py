"""The employers and places of the made-up product's jobs, in two languages."""

# employers of each kind: those of English jobs, those of Japanese ones
EMPLOYERS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "tech": (
        ("Table & Co", "Northlight Systems", "Harbor Data", "Quill Software", "Fogline Labs", "Plumtree AI"),
        ("株式会社みなもソフト", "あかつきデータ", "つばめテック",
         "北斗システムズ", "ひより株式会社", "そらまめAI"),
    ),
    "design": (
        ("Komorebi Studio", "Paper Lantern", "Bright Side Media"),
        ("灯台デザイン", "月白スタジオ", "こもれび編集室"),
    ),
    "care": (
        ("Bayview Hospital", "Sunset Home Care", "Willow Clinic", "Mission Health"),
        ("中目黒クリニック", "さくら総合病院", "ひだまり訪問看護", "あおぞらの里"),
    ),
    "food": (
        ("The Vault", "Harbour Bakery", "Culinary Studio", "Garden House", "Blue Door Coffee"),
        ("神楽坂キッチン", "月とスープ", "喫茶ひばり", "割烹ゆきしろ", "麦の穂ベーカリー"),
    ),
    "school": (
        ("Maple Street School", "Open Book Tutors", "Little Pines"),
        ("まなびの森", "ことば英会話", "若葉保育園", "たんぽぽ学童"),
    ),
    "office": (
        ("Corner & Sons", "Redwood Insurance", "Pacific Paper", "Ledger House"),
        ("東雲商事", "みどり保険", "山手印刷", "かなで会計事務所"),
    ),
    "logistics": (
        ("Swift Parcel", "Dockside Storage", "Greenline Freight"),
        ("はやぶさ運輸", "港倉庫", "みちのく物流"),
    ),
    "building": (
        ("Noe Valley Builders", "Cedar & Stone", "Brightwire"),
        ("木のいえ工務店", "大川建設", "明光電工"),
    ),
    "hotel": (
        ("Hotel Linden", "The Pier House", "Hilltop Inn"),
        ("ホテル花笠", "旅館しらかば", "みなとホテル"),
    ),
    "shop": (
        ("Hayes Goods", "Sole & Thread", "Valley Books"),
        ("くらしの雑貨 ことり", "洋服のはるか", "街の本屋"),
    ),
}  # fmt: skip

# places with how often they are drawn, of English and of Japanese jobs
EN_PLACES = (
    ("SOMA, San Francisco", 4), ("Mission District, San Francisco", 4), ("Hayes Valley, San Francisco", 2),
    ("North Beach, San Francisco", 2), ("Sunset, San Francisco", 2), ("Oakland, CA", 3), ("New York, NY", 3),
    ("Shibuya, Tokyo", 3), ("Osaka, Japan", 1),
)  # fmt: skip
JA_PLACES = (
    ("東京都渋谷区", 4), ("東京都新宿区神楽坂", 3), ("東京都目黒区中目黒", 3), ("東京都武蔵野市吉祥寺", 2),
    ("東京都江東区清澄白河", 2), ("神奈川県横浜市", 3), ("大阪府大阪市", 4), ("京都府京都市", 2),
    ("福岡県福岡市", 2), ("北海道札幌市", 1),
)  # fmt: skip
