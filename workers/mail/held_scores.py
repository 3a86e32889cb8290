"""The scores of all variations in memory, by which it is chosen how mails are written."""

from collections.abc import Mapping, Sequence

from schemas.learning import VariationScore
from schemas.model import epoch_ms_or_none
from workers.recommend.policy import DAY_MS
from workers.recommend.variations.choice import ArmScore
from workers.recommend.variations.evidence import ArmEvidence, Cell, LearningRules, arm_scores, decayed
from workers.runtime.kafka.records import ConsumerRecord
from workers.runtime.kafka.whole_topic import WholeTopic

SCORES = "variation-scores"
MOST = 1e12  # of a sum, and of days
MINUTE_MS = 60_000  # in which nothing is forgotten that would be worth the sums
MOST_FOUND = 1_000  # answers that are kept


class HeldScores(WholeTopic[VariationScore]):
    """The topic `variation-scores`. No mail waits for it: an arm that is not known yet is a new one."""

    def __init__(self, rules: LearningRules | None = None) -> None:
        super().__init__(SCORES, score_under)
        self._rules = rules or LearningRules()
        self._changes = 0
        self._found: dict[tuple[str, tuple[str, ...]], Mapping[str, ArmScore]] = {}
        self._found_as_of = (0, 0)  # changes and minute

    def apply(self, records: Sequence[ConsumerRecord]) -> None:
        """Apply records, in their order."""
        super().apply(records)
        self._changes += len(records)

    def caught_up(self, at: int) -> None:
        """All that was written up to a time (epoch ms) has been applied."""
        before = self._values
        super().caught_up(at)
        self._changes += self._values is not before  # all of it was read again

    def scores(self, segment: str, arms: Sequence[str], at: int) -> Mapping[str, ArmScore]:
        """The score of each arm in a segment in the minute of a time (epoch milliseconds).

        Mails of another kind say nothing of it: people click them as often as they do for other reasons.
        """
        as_of = self._changes, at // MINUTE_MS
        if as_of != self._found_as_of or len(self._found) >= MOST_FOUND:
            self._found, self._found_as_of = {}, as_of
        asked = segment, tuple(arms)
        if asked not in self._found:
            self._found[asked] = self._scores(segment, arms, at - at % MINUTE_MS)
        return self._found[asked]

    def _scores(self, segment: str, arms: Sequence[str], at: int) -> Mapping[str, ArmScore]:
        known = {
            Cell(each.segment, each.variation): evidence_of(each, at)
            for each in self.values()
            if kind_of(each.segment) == kind_of(segment)
        }
        return arm_scores(known, segment, arms, at, self._rules)


def kind_of(segment: str) -> str:
    """The kind of the mails of a segment, KIND:LANGUAGE."""
    return segment.partition(":")[0]


def evidence_of(score: VariationScore, at: int) -> ArmEvidence:
    """The evidence that a score says, as of a time, forgotten as the score says."""
    evidence = ArmEvidence(score.clicks, score.windows, epoch_ms_or_none(score.at) or at, score.written)
    return decayed(evidence, at, score.half_life_days * DAY_MS)


def score_under(key: str, data: bytes) -> VariationScore:
    """The score under a key, SEGMENT/VARIATION. Raises ValueError for one that is none, or of another key."""
    score = VariationScore.loads(data)
    if key != f"{score.segment}/{score.variation}":
        raise ValueError(f"the key {key[:80]!r} is not that of the score")
    sums = (score.clicks, score.windows, score.half_life_days)
    if not all(0 <= value < MOST for value in sums) or not score.half_life_days:
        raise ValueError("a sum of the score is no number that a sum can be")
    return score
