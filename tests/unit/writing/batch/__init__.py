"""Tests of the batch lane."""
