"""Long runs: faults, outages and rebalances under load."""
