"""Long runs: kills under load."""
