"""The batch lane: requests that a model answers within a day, at half the price."""
