"""The page under the link in a mail, where somebody answers the question of the mail."""
