"""The process of the stand-in: `python -m deploy.embedded.openai PORT FOLDER [SETTINGS as JSON]`."""

import sys

from deploy.embedded.openai.server import serving
from deploy.embedded.openai.settings import ApiSettings
from deploy.embedded.stand_in_process import run

if __name__ == "__main__":
    sys.exit(run(serving, ApiSettings(), *sys.argv[1:]))
