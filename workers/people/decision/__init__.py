"""The decision about a person: rules, outcomes, slots."""
