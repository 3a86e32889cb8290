"""Write the JSON of all boards: `python -m deploy.grafana`."""

from deploy.grafana.boards import FOLDER, boards
from deploy.grafana.building import as_json

for board in boards():
    (FOLDER / f"{board.name}.json").write_text(as_json(board), "utf-8")
