"""The unit tests of schemas/profile/summary."""
