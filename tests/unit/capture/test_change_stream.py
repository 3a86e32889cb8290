"""The pipeline of the change stream."""

from workers.capture.change_stream import pipeline
from workers.product.sources import read_sources


def test_only_mapped_fields_leave_the_database() -> None:
    """The stream selects the roots of the mapped paths and nothing else of a document."""
    sources = read_sources({"users": {"collection": "customers", "fields": {"name": "profile.fullName"}}})
    match, project = pipeline(sources.captured[:1])

    assert {"ns.coll": {"$in": ["customers"]}} in match["$match"]["$or"]
    assert {"fullDocument._id", "fullDocument.profile"} <= set(project["$project"])
    assert not {"fullDocument", "fullDocument.name", "updateDescription"} & set(project["$project"])
