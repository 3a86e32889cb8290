"""The gate that every text of a mail passes: what is not known to be harmless is refused."""
