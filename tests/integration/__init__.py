"""Tests against real services, started once a run."""
