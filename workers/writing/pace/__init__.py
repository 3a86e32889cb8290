"""Cost of calls to a language model: prices, how long answers take, and a cache of texts."""
