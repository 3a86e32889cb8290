"""Dead letters: records that could not be used, how they are counted, and how they are read again."""
