"""A proposed `sources.toml` for a product that is not known: what is sure is mapped, all else is left out.

Names and contents have to agree. A wrong guess would write to the wrong people, so of two possible answers
none is taken, and a comment says what is to be decided.
"""
