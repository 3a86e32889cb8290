"""Why a message was not personalised. Each error says what to do; none holds a value of a record."""


class PersonalizationError(Exception):
    """A message could not be personalised."""


class ProspectError(PersonalizationError):
    """The prospect cannot be read: give a person's id, a mapping with `id`, or an EnrichedProfile."""


class TemplateError(PersonalizationError):
    """The template cannot be used: correct what the text names."""


class StrategyError(PersonalizationError):
    """A strategy, a variation type or a platform is not known, or a weight is no weight."""


class ComplianceError(PersonalizationError):
    """No form of the message keeps the rules of the platform: change the template."""


class FeedbackError(PersonalizationError):
    """An engagement cannot be read: give its outcome and its time."""
