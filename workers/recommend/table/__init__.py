"""The static table of the vectors of words, `words.npz`: `build.py` makes it from `occupations.txt`."""
