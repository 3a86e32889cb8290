"""Tests of workers/recommend/events."""
