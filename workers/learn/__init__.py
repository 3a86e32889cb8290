"""Worker `learn`: what people do with each variation of a mail, and what follows for the next mails."""
