"""Chance that is repeatable: a number from a text, and the arm of an experiment of a person."""

from hashlib import blake2b

from workers.recommend.picks import Arm
from workers.recommend.policy import FeedPolicy


def uniform(text: str) -> float:
    """A number from 0 (included) to 1 (excluded), evenly spread over texts, the same for the same text."""
    digest = blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return (int.from_bytes(digest, "big") >> 11) / 2**53


def arm(person: str, policy: FeedPolicy) -> Arm:
    """The arm of a person, by the hash of their id and the name of the experiment."""
    number = uniform(f"{policy.experiment}\n{person}")
    return "personalized" if number < policy.personalized_share else "popular"
