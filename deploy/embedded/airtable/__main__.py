"""The process of the stand-in: `python -m deploy.embedded.airtable PORT FOLDER [SETTINGS as JSON]`."""

import sys

from deploy.embedded.airtable.server import serving
from deploy.embedded.airtable.settings import TableSettings
from deploy.embedded.stand_in_process import run

if __name__ == "__main__":
    sys.exit(run(serving, TableSettings(), *sys.argv[1:]))
