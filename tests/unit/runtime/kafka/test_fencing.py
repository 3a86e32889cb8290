"""Records of a replaced worker are distinguished from those of its successor."""

from typing import Any

import pytest

from workers.runtime.kafka.fencing import GenerationTracker, changelog_generation, fencing_header
from workers.runtime.kafka.headers import FENCE, Header, cloud_headers


def headers(stage: str, partition: int, generation: int, offset: int = 0) -> list[Header]:
    """The headers of a record of a stage."""
    return [
        *cloud_headers("kairos.x.v1", f"/kairos/{stage}", "id", 0),
        fencing_header(partition, generation, offset),
    ]


def test_a_lower_generation_after_a_higher_one_is_fenced() -> None:
    """Equal ones are not: a round is written in many records, and repeated after a crash."""
    newest = GenerationTracker()
    fenced = [newest.is_fenced(headers("people", 3, generation)) for generation in (4, 4, 6, 5, 6, 7, 6)]
    assert fenced == [False, False, False, True, False, False, True]


@pytest.mark.parametrize("other", [headers("people", 2, 1), headers("mail", 3, 1), []])
def test_every_stage_and_partition_has_its_own_generations(other: list[Header]) -> None:
    """Generations are counted per stage and partition; records of other programs have none."""
    newest = GenerationTracker()
    assert not newest.is_fenced(headers("people", 3, 9))
    assert not newest.is_fenced(other)


def test_the_generation_is_read_from_the_headers() -> None:
    """A record without one, or with that of another partition, has none."""
    assert changelog_generation(headers("people", 3, 12, 99), 3) == 12
    assert changelog_generation(headers("people", 3, 12, 99), 4) is None
    assert changelog_generation(cloud_headers("kairos.x.v1", "/x", "id", 0), 3) is None


@pytest.mark.parametrize("fence", [None, b"", b"1", b"1.x.2", b"-1.2.3", b"1.%s.2" % (b"9" * 5_000)])
def test_a_malformed_fencing_header_is_none(fence: Any) -> None:
    """Anybody may write one."""
    assert changelog_generation([(FENCE, fence)], 1) is None
    assert not GenerationTracker().is_fenced([(FENCE, fence)])
