"""Tests of workers/writing/rendering."""
