"""About how many tokens a text has, as measured with the tokenizer of these models. Pure."""

from math import ceil

ENGLISH, JAPANESE = 4.6, 1.55  # characters a token


def count_tokens(text: str) -> int:
    """The tokens of a text, rounded up."""
    narrow = sum(map(str.isascii, text))
    return ceil(narrow / ENGLISH + (len(text) - narrow) / JAPANESE)


def cut_to_tokens(text: str, most: int) -> str:
    """The beginning of a text that has at most so many tokens."""
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if count_tokens(text[:middle]) <= most else (low, middle - 1)
    return text[:low]
