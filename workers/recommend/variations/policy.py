"""The policy of learning: how evidence is forgotten and arms are chosen, by [learning] of policy.toml."""

from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, model_validator

from workers.recommend.policy import policy_content, policy_table
from workers.recommend.variations.choice import ChoiceRules
from workers.recommend.variations.evidence import LearningRules

LEARNING = "learning"  # the table


class LearningPolicy(BaseModel):
    """The settings of what is learnt from mails; deploy/policy.toml describes each."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    half_life_days: float = Field(default=30.0, ge=0.1, le=3_650)
    segment_counts: float = Field(default=60.0, gt=0, le=1e6)
    arm_counts: float = Field(default=20.0, gt=0, le=1e6)
    first_rate: float = Field(default=0.05, gt=0, lt=1)
    optimism: float = Field(default=1.1, ge=1, le=10)
    control_share: float = Field(default=0.10, ge=0, le=1)
    hold_out_share: float = Field(default=0.02, ge=0, le=1)
    floor: float = Field(default=0.03, gt=0, le=1)
    new_share: float = Field(default=0.20, ge=0, le=1)
    new_windows: float = Field(default=200.0, ge=0, le=1e9)
    draws: int = Field(default=1_000, ge=100, le=100_000)

    @model_validator(mode="after")
    def _fit_together(self) -> "LearningPolicy":
        _ = self.choice  # which refuses shares that cannot hold together
        return self

    @property
    def evidence(self) -> LearningRules:
        """How evidence is forgotten, and how far segments and new arms follow the others."""
        return LearningRules(
            self.half_life_days, self.segment_counts, self.arm_counts, self.first_rate, self.optimism
        )

    @property
    def choice(self) -> ChoiceRules:
        """How arms are chosen."""
        return ChoiceRules(
            control_share=self.control_share,
            hold_out_share=self.hold_out_share,
            floor=self.floor,
            new_share=self.new_share,
            new_windows=self.new_windows,
            draws=self.draws,
        )


def load_learning_policy(path: Path) -> LearningPolicy:
    """The table [learning] of a TOML file, defaults without one; FeedPolicyError if it cannot be used."""
    return policy_table(path, policy_content(path), LEARNING, LearningPolicy)
