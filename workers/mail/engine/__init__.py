"""The engine that personalises a message in six steps, for programs and for `mail`.

`from workers.mail.engine import IntelligentPersonalizationEngine`
"""

from workers.mail.engine.compliance import COMPLIANCE_RULES, ComplianceFinding, ComplianceRule, findings_of
from workers.mail.engine.context import CONTEXT_ANALYSERS, ContextAnalyser, Situation
from workers.mail.engine.engine_metrics import (
    context_relevance,
    engine_metrics,
    feedback_impact,
    strategy_effectiveness,
    success_rate,
    variation_performance,
)
from workers.mail.engine.errors import (
    ComplianceError,
    FeedbackError,
    PersonalizationError,
    ProspectError,
    StrategyError,
    TemplateError,
)
from workers.mail.engine.feedback import FeedbackLoop, MessageRecord
from workers.mail.engine.message_template import MessageTemplate
from workers.mail.engine.orchestrator import ContextEngine, IntelligentPersonalizationEngine
from workers.mail.engine.personalization_strategy import PersonalizationStrategy
from workers.mail.engine.platforms import PLATFORMS, Platform
from workers.mail.engine.results import PersonalizationResult, PersonalizedMessage
from workers.mail.engine.steps import STEPS
from workers.mail.engine.strategy import STRATEGY_RULES, StrategyRule
from workers.mail.engine.variation_types import VARIATION_TYPES, VariationOption, VariationType
from workers.mail.engine.variations import MessageVariation

__all__ = [
    "COMPLIANCE_RULES",
    "CONTEXT_ANALYSERS",
    "PLATFORMS",
    "STEPS",
    "STRATEGY_RULES",
    "VARIATION_TYPES",
    "ComplianceError",
    "ComplianceFinding",
    "ComplianceRule",
    "ContextAnalyser",
    "ContextEngine",
    "FeedbackError",
    "FeedbackLoop",
    "IntelligentPersonalizationEngine",
    "MessageRecord",
    "MessageTemplate",
    "MessageVariation",
    "PersonalizationError",
    "PersonalizationResult",
    "PersonalizationStrategy",
    "PersonalizedMessage",
    "Platform",
    "ProspectError",
    "Situation",
    "StrategyError",
    "StrategyRule",
    "TemplateError",
    "VariationOption",
    "VariationType",
    "context_relevance",
    "engine_metrics",
    "feedback_impact",
    "findings_of",
    "strategy_effectiveness",
    "success_rate",
    "variation_performance",
]
