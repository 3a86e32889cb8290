"""What every process of the fleet has: settings, sources, logs, metrics, the clock, who starts it again."""
