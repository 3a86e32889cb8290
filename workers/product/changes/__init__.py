"""Reads the changes that Debezium writes of MongoDB, PostgreSQL, MySQL and MariaDB: `format = "debezium"`.

A change becomes the fields of the topic's payload, mapped as capture maps them, the id that its key names,
and its position in the log of the database. Pure.
"""
