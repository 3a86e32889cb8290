"""The engine: rounds of records through the pure functions of a stage, and what they want written."""
