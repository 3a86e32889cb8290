"""What is said of an error in a log or on a terminal."""


def one_line(error: BaseException) -> str:
    """An error in one line: its text, or its class when it has none."""
    return " ".join(str(error).split()) or type(error).__name__
