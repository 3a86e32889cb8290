"""Formulas that choose records."""

import pytest
from pyairtable import formulas

from deploy.embedded.airtable.bases import TableData, TableRecord
from deploy.embedded.airtable.errors import TableError
from deploy.embedded.airtable.formula import condition

TABLE = TableData("tbl1", "Messages", {"status": "singleSelect", "number": "number"})
OLD = TableRecord("rec1", 1_000, {"status": "it's sent", "number": 3}, modified=5_000)
NEW = TableRecord("rec2", 9_000, {"number": 12.5})


def fits(formula: object) -> list[str]:
    """The ids of the records that fit a formula."""
    fit = condition(str(formula), TABLE)
    return [record.id for record in (OLD, NEW) if fit(record)]


@pytest.mark.parametrize(
    ("formula", "ids"),
    [
        ("RECORD_ID()='rec2'", ["rec2"]),
        ("OR(RECORD_ID()='rec2', RECORD_ID() = \"rec1\")", ["rec1", "rec2"]),
        ("{number} > 3", ["rec2"]),
        ("AND({number}>=3,NOT({status}=''))", ["rec1"]),
        ("{status} != 'x'", ["rec1", "rec2"]),
        ("{status} = BLANK()", ["rec2"]),
        ("IS_AFTER(LAST_MODIFIED_TIME(), DATETIME_PARSE('1970-01-01T00:00:04.999Z'))", ["rec1"]),
        ("IS_AFTER(LAST_MODIFIED_TIME(), DATETIME_PARSE('1970-01-01T00:00:05.000Z'))", []),
        ("LAST_MODIFIED_TIME()>=DATETIME_PARSE('1970-01-01T00:00:05.000Z')", ["rec1"]),
        ("IS_AFTER(CREATED_TIME(), DATETIME_PARSE('1970-01-01T00:00:05Z'))", ["rec2"]),
        ("LOWER({status}) & '!' = \"it's sent!\"", ["rec1"]),
        ("number < status", []),
        (formulas.EQ(formulas.Field("status"), "it's sent"), ["rec1"]),
        (formulas.GT(formulas.LAST_MODIFIED_TIME(), formulas.DATETIME_PARSE("1970-01-01")), ["rec1"]),
    ],
)
def test_a_formula_chooses_records(formula: object, ids: list[str]) -> None:
    """As pyairtable writes them, and as people do."""
    assert fits(formula) == ids


@pytest.mark.parametrize(
    "formula", ["(", "RECORD_ID(", "{nobody}=1", "SECRET()", "1 2", "'open", "RECORD_ID() ="]
)
def test_a_formula_that_cannot_be_read_is_refused(formula: str) -> None:
    """With the status and the type that Airtable gives it."""
    with pytest.raises(TableError) as error:
        condition(formula, TABLE)

    assert error.value.status == 422
    assert error.value.body["error"]["type"] == "INVALID_FILTER_BY_FORMULA"
