"""Small servers that stand in for services which cost money."""
