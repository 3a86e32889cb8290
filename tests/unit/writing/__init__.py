"""Tests of workers/writing."""
