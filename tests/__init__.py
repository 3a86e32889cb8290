"""Tests: unit, contract, property, integration, soak, bench."""
