"""Builds a board into the JSON that Grafana imports, with Grafana's own library."""

from grafana_foundation_sdk.builders.common import VizLegendOptions
from grafana_foundation_sdk.builders.dashboard import Dashboard, DatasourceVariable, Row
from grafana_foundation_sdk.builders.prometheus import Dataquery
from grafana_foundation_sdk.builders.timeseries import Panel
from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.models.dashboard import DataSourceRef

from deploy.grafana.boards import BoardPanel, BoardRow, GrafanaBoard

SOURCE = DataSourceRef(type_val="prometheus", uid="${datasource}")
COLUMNS, HEIGHT = 24, 8  # of Grafana's grid
MOST_IN_A_LINE = 4


def as_json(board: GrafanaBoard) -> str:
    """The JSON of a board, the same for the same rows; whoever opens it chooses the data source."""
    built = (
        Dashboard(board.title)
        .uid(board.uid)
        .tags(["kairos"])
        .refresh("30s")
        .time("now-1h", "now")
        .timezone("browser")
        .with_variable(DatasourceVariable("datasource").label("Data source").type("prometheus"))
    )
    for row in board.rows:
        built = built.with_row(Row(row.title))
        for panel in row.panels:
            built = built.with_panel(panel_of(panel, width_in(row)))
    return JSONEncoder(sort_keys=True, indent=2).encode(built.build()) + "\n"


def width_in(row: BoardRow) -> int:
    """How many columns each panel of a row has: as many in every line."""
    lines = -(-len(row.panels) // MOST_IN_A_LINE)
    return COLUMNS // -(-len(row.panels) // lines)


def panel_of(panel: BoardPanel, width: int) -> Panel:
    """The panel, with its queries."""
    built = Panel().title(panel.title).description(panel.about).unit(panel.unit).datasource(SOURCE)
    legend = VizLegendOptions().show_legend(True)
    built = built.span(width).height(HEIGHT).min(0).legend(legend)
    for query in panel.queries:
        built = built.with_target(Dataquery().expr(query.expr).legend_format(query.legend).datasource(SOURCE))
    return built
