"""The short links of mails: where they lead, and what a request of one says of who made it."""
