"""The words that people and programs write where there is no value, in English and Japanese."""

from schemas.folding import folded

WORDS = (
    # what programs write
    "null", "nil", "nan", "nat", "none", "undefined", "(blank)", "(empty)", "(none)", "<na>", "<null>",
    "#n/a", "#na", "#ref!", "#value!", "#name?", "#null!", "#div/0!", "#num!", "[object object]",
    # what people write
    "na", "n/a", "n.a", "n/k", "n.k", "no", "nope", "nothing", "unknown", "not known", "unk", "tba", "tbd",
    "tbc", "to be announced", "to be confirmed", "to be determined", "to be decided", "missing", "other",
    "others", "not applicable", "not available", "not specified", "unspecified", "not set", "unset",
    "not given", "not provided", "not stated", "not sure", "not sure yet", "unsure", "no idea", "idk",
    "i don't know", "don't know", "dont know", "dunno", "no answer", "no response", "no comment", "no data",
    "no info", "no information", "no value", "decline to answer", "decline to state", "prefer not to say",
    "prefer not to answer", "rather not say", "same as above", "see above", "ditto", "please select",
    "none of your business", "n / a", "n\\a", "n/d", "no entry", "none given", "none specified",
    "undisclosed", "not disclosed", "withheld",
    # the same in Japanese
    "なし", "無し", "無", "ない", "無い", "ありません", "特になし", "特に無し", "特にない",
    "特にありません", "とくになし", "該当なし", "該当無し", "該当しない", "該当せず", "不明", "不詳",
    "未定", "未設定", "未入力", "未記入", "未回答", "未登録", "未選択", "無回答", "回答なし",
    "回答しない", "回答したくない", "答えたくない", "言いたくない", "秘密", "内緒", "ひみつ", "ないしょ",
    "非公開", "その他", "わからない", "分からない", "わかりません", "分かりません", "選択してください",
    "同上", "空白", "空欄", "データなし", "情報なし",
    "無記入", "記入なし", "未確認", "未確定", "指定なし", "設定なし", "不明です",
    "調査中", "非該当", "ナシ", "ー",
)  # fmt: skip
BLANK = frozenset(map(folded, WORDS))
BRACKETS = "()[]<>{}「」『』【】#\"'"


def is_blank(text: str) -> bool:
    """Whether a text means that there is no value: one of WORDS, also in brackets, or no letter or digit."""
    key = folded(text)
    return key in BLANK or key.strip(BRACKETS) in BLANK or not any(map(str.isalnum, key))
