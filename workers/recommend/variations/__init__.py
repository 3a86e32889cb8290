"""Which variation of a text a person gets: the choice, the evidence that it rests on, and estimates. Pure."""
