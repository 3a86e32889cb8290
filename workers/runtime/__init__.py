"""Stages as rows of pure functions, and how they are interpreted: rounds of records; the replay runner."""
