"""Writes mails: what a mail is made of, the gate that every text passes, and how it looks."""
