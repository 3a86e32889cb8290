"""Worker `mail`: writes the mail of each decision to send or ask."""
