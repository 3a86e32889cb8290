"""The worker `deliver`: hands mails over to a mail server, each at most once."""
