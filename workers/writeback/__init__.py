"""Writes into the product's table of messages what became of the mails of the fleet."""
