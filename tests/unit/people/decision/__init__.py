"""The unit tests of people/decision."""
