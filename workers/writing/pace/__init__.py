"""Cost and pace of calls to a language model: limits of all processes together, the day's budget, a cache."""
