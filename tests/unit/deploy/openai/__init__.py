"""Tests of the stand-in for OpenAI."""
