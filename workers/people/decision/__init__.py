"""The decision about a person: rules, slots and the outcomes that close them."""
