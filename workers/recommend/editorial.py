"""The jobs that editors picked: the list in deploy/editorial.toml, beside `is_editorial` of the documents."""

import tomllib
from pathlib import Path

from workers.recommend.policy import FeedPolicyError


def load_editorial(path: Path) -> tuple[str, ...]:
    """The ids of `jobs` in a TOML file, none without the file; FeedPolicyError if it cannot be used."""
    try:
        table = tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return ()
    except OSError as error:
        raise FeedPolicyError(f"{path}: cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise FeedPolicyError(f"{path}: not TOML: {error}") from error
    ids = table.pop("jobs", [])
    if table or not isinstance(ids, list) or not all(isinstance(each, str) for each in ids):
        raise FeedPolicyError(f'{path}: only jobs = ["id of a job", …] is possible')
    return tuple(ids)
