"""Who is measured: the feed, its rivals, and lines that show whether a gain is real; and what is asked."""

from collections.abc import Sequence
from dataclasses import dataclass

from workers.evaluate.feed_board import job_vectors
from workers.evaluate.figures import COHORTS, Figures
from workers.evaluate.generator import World
from workers.evaluate.item_models import Factors, ItemToItem
from workers.evaluate.kairos import KAIROS, DocumentVector, KairosFeed, OtherPoints
from workers.evaluate.metrics import Interval
from workers.evaluate.oracle import Oracle
from workers.evaluate.places import PlaceCodes
from workers.evaluate.recording import Recording
from workers.evaluate.rivals import PlacePopularity, Random, RecentPopularity, Shuffled
from workers.evaluate.stepping import Recommender
from workers.recommend.embedding import Embedder, Vectors
from workers.recommend.policy import FeedPolicy

PLACE, POPULAR = PlacePopularity.name, RecentPopularity.name
BATCH = (ItemToItem.name, Factors.name)
GIVEN = "Kairos, points not fitted"
REGULARS_GAIN, NEWCOMERS_LOSS = 1.2, 0.95


def lineup(
    recording: Recording,
    embedder: Embedder,
    policy: FeedPolicy,
    world: World | None = None,
    *,
    with_implicit: bool = True,
    fitted: FeedPolicy | None = None,
    vectors: Vectors | None = None,
) -> list[Recommender]:
    """All recommenders; the oracle for a generated recording only. RivalsMissing without `implicit`.

    With a `fitted` policy that is the feed's, and the feed with the other one is a line of its own. `vectors`
    are those of the jobs, if they were made before.
    """
    vectors = job_vectors(recording, embedder) if vectors is None else vectors
    places = PlaceCodes(recording)
    rivals: list[Recommender] = [
        Random(),
        RecentPopularity(recording),
        PlacePopularity(recording, places.cities, places.regions, places.home),
        DocumentVector(recording, vectors, embedder, policy),
    ]
    if with_implicit:
        rivals += [ItemToItem(recording), Factors(recording)]
    kairos = KairosFeed(recording, vectors, embedder, fitted or policy)
    rivals.append(Shuffled(kairos, len(recording.people)))
    if fitted is not None:
        rivals.append(OtherPoints(kairos, policy, GIVEN))
    return [*rivals, kairos, *([Oracle(world)] if world is not None else [])]


@dataclass(frozen=True)
class Requirement:
    """Something that is asked of the feed: a ratio of NDCG@10 for new jobs, and the least that it may be.

    It is `met` by the ratio itself, and `surely` when its whole interval is above.
    """

    cohort: str
    against: str
    ratio: Interval
    least: float

    @property
    def met(self) -> bool:
        """Whether the ratio is high enough."""
        return self.ratio.value >= self.least

    @property
    def surely(self) -> bool:
        """Whether all of its interval is."""
        return self.ratio.low >= self.least


def bars(figures: Figures) -> list[Requirement]:
    """What is asked in every world, of those cohorts that have a view."""
    rivals = [name for name in (PLACE, *BATCH) if name in figures.names]
    return [
        *_bars(figures, "regulars", rivals, REGULARS_GAIN),
        *_bars(figures, "newcomers with a profile", [PLACE], 1.0),
        *_bars(figures, "newcomers without", [POPULAR], NEWCOMERS_LOSS),
        *(
            bar
            for cohort in COHORTS
            for bar in _bars(figures, cohort, [POPULAR], 1.0)
            if cohort != "newcomers without"
        ),
    ]


def _bars(figures: Figures, cohort: str, rivals: Sequence[str], least: float) -> list[Requirement]:
    """The bar against the best of the rivals; none where the cohort has no view or the best has no hit."""
    if not figures.has(cohort):
        return []
    best = max(rivals, key=lambda name: figures.line(name, cohort, "new").ndcg.value)
    ratio = figures.ratio(KAIROS, best, cohort)
    return [Requirement(cohort, best, ratio, least)] if ratio.value == ratio.value else []
