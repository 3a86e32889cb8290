"""Checks of the language as a whole, of the register of Japanese, and of repetition."""

import re
from collections import Counter

from workers.writing.gate.passage import TERM_MARK, TOKEN_MARK, Passage
from workers.writing.gate.refusal import Refusal

FUNCTION_WORDS = frozenset(
    [
        "a",
        "an",
        "the",
        "this",
        "that",
        "these",
        "those",
        "your",
        "you",
        "we",
        "our",
        "us",
        "i",
        "my",
        "it",
        "its",
        "they",
        "their",
        "them",
        "is",
        "are",
        "was",
        "were",
        "be",
        "been",
        "have",
        "has",
        "had",
        "do",
        "does",
        "did",
        "will",
        "would",
        "can",
        "could",
        "may",
        "might",
        "should",
        "in",
        "on",
        "at",
        "by",
        "for",
        "from",
        "to",
        "with",
        "of",
        "and",
        "or",
        "but",
        "if",
        "as",
        "when",
        "what",
        "who",
        "which",
        "how",
        "not",
        "no",
        "more",
        "some",
        "any",
        "all",
        "each",
        "about",
        "into",
        "through",
        "there",
        "here",
        "so",
        "than",
        "then",
        "let",
        "what's",
        "it's",
        "we've",
        "you've",
        "we're",
        "you're",
        "one",
    ]
)
LEAST_FUNCTION_SHARE, FEWEST_WORDS = 0.15, 5
SHORT_PARTS = frozenset(["subject", "preheader", "call_to_action"])
LATIN_ROW = re.compile(rf"(?:{TERM_MARK}|[A-Za-z]+)(?: (?:{TERM_MARK}|[A-Za-z]+)){{3}}")
LETTERS = re.compile(r"[A-Za-zぁ-ゖァ-ヺ一-鿿]")
HIRAGANA = re.compile(r"[ぁ-ゖ]")
ENGLISH_WORDS = re.compile(r"[a-zéèêñüöçï]+(?:'[a-z]+)?")
POLITE = re.compile(
    r"(?:です|ます|でした|ました|ません|ませんでした|でしょう|ましょう|ください|下さい|くださいませ|ませ|です(?:か|ね|よ)|"
    r"ます(?:か|ね|よ)|ません(?:か|ね)|ました(?:か|ら)|でしょうか|ましょうか|いかが|ように|ようお願い|お楽しみに|こんにちは|はじめまして|"
    r"方へ|方に|あなたへ|こちら)[」』）)]?$"
)
PLAIN = re.compile(
    r"(?:だ|である|する|(?<!ま)した|だよ|だね|だぞ|しろ|せよ|こい|なさい|だった|ない)[」』）)]?$"
)
ROUGH = re.compile(
    r"お前|おまえ|俺|おれ|僕|ぼく|あたし|てめえ|あんた|だぜ|だろう?$|じゃん|っす|ぞ$|やがれ|貴様|君の|きみの|ねえ|よろしく$"
)
SAME_CHARACTER = re.compile(r"([^\s…])\1{4}")
SAME_WORD = re.compile(r"\b(\w+)(?:\W+\1){2}\b", re.IGNORECASE)
SAME_PIECE = re.compile(r"([^\W\d_]{2,8})\1{2}")
PHRASE_LENGTH = 8  # characters of a Japanese phrase; an English one has three words
WORDS = re.compile(r"[\w']+")


def language(passage: Passage) -> Refusal | None:
    """Refuse a text in another language: too few function words, or too few hiragana."""
    if passage.rule.language == "en":
        words = ENGLISH_WORDS.findall(passage.lower)
        known = sum(word in FUNCTION_WORDS for word in words)
        if len(words) >= FEWEST_WORDS and known < LEAST_FUNCTION_SHARE * len(words):
            return Refusal("language", "Write whole sentences in English.")
        return None
    letters = len(LETTERS.findall(passage.bare))
    least = 0.1 if passage.rule.part in SHORT_PARTS else 0.25
    if LATIN_ROW.search(passage.bare) or len(HIRAGANA.findall(passage.bare)) < least * letters:
        return Refusal("language", "Write whole sentences in Japanese.")
    return None


def register(passage: Passage) -> Refusal | None:
    """Refuse rough Japanese, and sentences that do not end politely; a short part may end in a noun."""
    for sentence in passage.sentences:
        rough = ROUGH.search(sentence)
        if rough:
            return Refusal("register", f'Write polite Japanese; do not use the word "{rough.group()}".')
        is_short = passage.rule.part in SHORT_PARTS
        bare = sentence.strip("「」『』（）() ")
        if bare and not is_short and not POLITE.search(bare):
            return Refusal("register", "End each sentence politely, with です or ます.")
        if passage.rule.part == "preheader" and PLAIN.search(bare):
            return Refusal("register", "End each sentence politely, with です or ます.")
    return None


def repetition(passage: Passage) -> Refusal | None:
    """Refuse a character five times in a row, a word three times, and a phrase three times in the text."""
    text, english = passage.bare, passage.rule.language == "en"
    same_in_a_row = (SAME_CHARACTER, SAME_WORD if english else SAME_PIECE)
    if any(pattern.search(text) for pattern in same_in_a_row):
        return Refusal("repetition", "Do not repeat characters or words.")
    words = WORDS.findall(passage.lower) if english else []
    phrases = (
        [" ".join(phrase) for phrase in zip(words, words[1:], words[2:], strict=False)]
        if english
        else [text[start : start + PHRASE_LENGTH] for start in range(len(text) - PHRASE_LENGTH + 1)]
    )
    often = [phrase for phrase, count in Counter(phrases).items() if count > 2 and TOKEN_MARK not in phrase]
    return Refusal("repetition", "Do not repeat phrases.") if often else None
