"""The unit tests of jobs."""
