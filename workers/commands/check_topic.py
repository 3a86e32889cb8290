"""What `kairos check` says of one topic and its source, and whether the fleet can start with it."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from workers.commands.finding import Finding
from workers.product.sampling.profile_needs import Lack
from workers.product.sampling.source_sample import SourceSample


class Meeting(NamedTuple):
    """How many of some different references (`field`) mean a document of another topic that is there.

    `met` None: it could not be looked up.
    """

    field: str
    target: str
    references: int
    met: int | None


class TopicCheck(NamedTuple):
    """What is said of a topic; `place` is where its documents are, `sample` None when nothing was read."""

    topic: str
    place: str
    findings: tuple[Finding, ...] = ()
    sample: SourceSample | None = None
    meetings: tuple[Meeting, ...] = ()


class Checked(NamedTuple):
    """Everything that is said."""

    topics: tuple[TopicCheck, ...]
    findings: tuple[Finding, ...]
    lacks: tuple[Lack, ...]

    @property
    def is_usable(self) -> bool:
        """Whether nothing is refused when the fleet starts."""
        all_findings = (*self.findings, *(each for topic in self.topics for each in topic.findings))
        return not any(finding.level == "wrong" for finding in all_findings)


def sample_findings(sample: SourceSample, place: str, most_refused: float) -> Iterator[Finding]:
    """What is to be said of a sample besides its fields; `most_refused` is KAIROS_DEAD_LETTER_SHARE."""
    about = sample.topic
    if not sample.documents:
        why = "has no documents yet, so nothing of it can be said"
        if sample.left_out:
            why = f"has no document that its where does not leave out, of {sample.left_out:,}"
        yield Finding("note", about, f"{place} {why}")
        return
    refused = sum(sample.refused.values())
    if refused:
        is_too_much = refused > most_refused * sample.documents
        share = f"{refused:,} of {sample.documents:,} documents would be dead letters"
        end = "; the workers would stop (KAIROS_DEAD_LETTER_SHARE)" if is_too_much else ""
        yield Finding("wrong" if is_too_much else "note", about, f"{share}{end}")


def meeting_findings(meetings: Iterable[Meeting]) -> Iterator[Finding]:
    """What is to be said of references of which none means anything."""
    for each in meetings:
        if each.met == 0 and each.references:
            yield Finding(
                "note",
                each.field,
                f"none of {each.references:,} is found among {each.target}: is it the right field?",
            )
