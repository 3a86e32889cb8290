"""The sample product: one person with all fields, whose profile, decision and mail are known."""

from typing import Final

from schemas.model import RawDocument

SARAH: Final = "user_001"

USERS: tuple[RawDocument, ...] = (
    {
        "_id": SARAH,
        "email": "sarah.chen@email.com",
        "interests": ["hiking", "photography", "cooking"],
        "cuisine_preference": ["Italian", "Thai", "Japanese"],
        "dietary_restrictions": ["vegetarian"],
        "age": 32,
        "gender": "Female",
        "occupation": "Software Engineer",
        "relationship_status": "Single",
        "table_type_preference": "communal",
        "home_neighborhood": "Mission District",
        "work_neighborhood": "SOMA",
    },
)
EVENTS: tuple[RawDocument, ...] = (
    {
        "_id": "event_001",
        "name": "Italian Wine Tasting",
        "date": "2024-01-15",
        "venue": "The Vault",
        "host": "Chef Mario",
        "participants": ["sarah.chen@email.com", "mike.jones@email.com", "jenny.kim@email.com"],
        "event_type": "wine_tasting",
    },
    {
        "_id": "event_002",
        "name": "Thai Cooking Class",
        "date": "2024-01-22",
        "venue": "Culinary Studio",
        "host": "Chef Ploy",
        "participants": ["sarah.chen@email.com", "mike.jones@email.com"],
        "event_type": "cooking_class",
    },
    {
        "_id": "event_003",
        "name": "Farm to Table Dinner",
        "date": "2024-02-05",
        "venue": "The Vault",
        "host": "Chef Mario",
        "participants": ["sarah.chen@email.com", "jenny.kim@email.com", "alex.wong@email.com"],
        "event_type": "dinner",
    },
)
ORDERS: tuple[RawDocument, ...] = (
    {
        "_id": "order_001",
        "user_id": SARAH,
        "event_id": "event_001",
        "amount": 75.00,
        "date": "2024-01-10",
    },
    {
        "_id": "order_002",
        "user_id": SARAH,
        "event_id": "event_002",
        "amount": 85.00,
        "date": "2024-01-18",
    },
)
MESSAGES: tuple[RawDocument, ...] = (
    {
        "_id": "msg_001",
        "user_id": SARAH,
        "content": "Hey Sarah! Chef Mario is hosting another Italian dinner...",
        "status": "sent",
        "sent_date": "2024-01-25",
    },
    {
        "_id": "msg_002",
        "user_id": SARAH,
        "content": "New Thai cooking class with Chef Ploy...",
        "status": "queued",
        "created_date": "2024-02-10",
    },
)
# people on those participant lists who are not users yet: (address, name)
GUESTS: tuple[tuple[str, str], ...] = (
    ("mike.jones@email.com", "Mike Jones"),
    ("jenny.kim@email.com", "Jenny Kim"),
    ("alex.wong@email.com", "Alex Wong"),
)
