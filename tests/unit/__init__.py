"""Pure tests: no service, no network."""
