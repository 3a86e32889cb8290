"""`python -m tests.golden`: write the digests anew, after a change of behaviour that is meant."""

import json

from tests.golden import DIGESTS, replayed

DIGESTS.write_text(json.dumps(replayed(), indent=2) + "\n", "utf-8")
