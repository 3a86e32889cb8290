"""The page under which the reader of a mail unsubscribes, and the one click of mail programs."""
