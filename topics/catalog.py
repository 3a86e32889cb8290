"""The catalogue: one row per topic. The fleet uses no other topics."""

from schemas.answers import Answer
from schemas.contact_facts import AnswerFact, ConsentFact, GrantFact, PauseFact, SuppressionFact
from schemas.control import Claim, Processed, Sighting, SourcePosition, SourceRead
from schemas.decision import SendDecision
from schemas.documents import Event, Job, JobPreference, JobView, Message, Order, User
from schemas.facts import (
    AttendanceFact,
    ClaimFact,
    EngagementFact,
    InteractionFact,
    JobPreferenceFact,
    JobViewFact,
    MessageFact,
    OrderFact,
    ResumeFact,
    UserFact,
)
from schemas.interactions import Impression, Interaction, ResumeUpload
from schemas.jobs import JobAvailability, JobSignal, JobTrend
from schemas.mail import Email, Engagement
from schemas.parked import ParkedMail
from schemas.permissions import Consent, MailPause, Suppression
from schemas.profile import EnrichedProfile
from schemas.ramp import SendRequest
from topics.learned import LEARNED
from topics.returned import RETURNED
from topics.row import DAY_MS, OUTSIDE, Topic, compacted, deleted_after

SOURCES = ("capture", OUTSIDE)
DOCUMENTS = (
    Topic("users", (User,), "user", compacted(), SOURCES, ("route",), "who there is"),
    Topic("orders", (Order,), "order", compacted(), SOURCES, ("route",), "what they bought"),
    Topic(
        "events", (Event,), "event", compacted(), SOURCES, ("route", "mail"), "where they go, and with whom"
    ),
    Topic("messages", (Message,), "message", compacted(), SOURCES, ("route",), "what was written to them"),
    Topic("jobs", (Job,), "job", compacted(), SOURCES, ("route", "jobs", "mail"), "which jobs are open"),
    Topic("job-views", (JobView,), "job view", compacted(), SOURCES, ("route",), "which jobs they looked at"),
    Topic(
        "job-preferences",
        (JobPreference,),
        "job preference",
        compacted(),
        SOURCES,
        ("route",),
        "which jobs they want, and which not",
    ),
)
# topics whose documents belong to the person that their `user_id` names
OWNED = tuple(topic.name for topic in DOCUMENTS if "user_id" in topic.payload[0].model_fields)
CATALOG = (
    *DOCUMENTS,
    Topic(
        "addresses",
        (Claim, Sighting, SuppressionFact, ConsentFact),
        "address, or its hash",
        deleted_after(7),
        ("route",),
        ("route",),
        "brings all that is known of an address to one place",
    ),
    Topic(
        "inbox",
        (
            UserFact,
            OrderFact,
            AttendanceFact,
            MessageFact,
            JobViewFact,
            JobPreferenceFact,
            EngagementFact,
            ClaimFact,
            InteractionFact,
            ResumeFact,
            SuppressionFact,
            ConsentFact,
            PauseFact,
            AnswerFact,
            GrantFact,
        ),
        "person",
        deleted_after(100),
        ("route",),
        ("people", "serve"),
        "everything that concerns a person, in one order",
    ),
    Topic(
        "enriched-profiles",
        (EnrichedProfile,),
        "person",
        compacted(),
        ("people",),
        ("serve", "deliver", OUTSIDE),
        "what is known of a person now",
    ),
    Topic(
        "send-decisions",
        (SendDecision,),
        "person",
        compacted(min_compaction_lag_ms=str(7 * DAY_MS)),
        ("people",),
        ("mail", "serve", OUTSIDE),
        "whether to write, ask or wait, and why",
    ),
    Topic(
        "suppressions",
        (Suppression,),
        "subject",
        compacted(),
        ("serve", "deliver", OUTSIDE),
        ("route", "mail", "deliver"),
        "who is never written to",
    ),
    Topic(
        "consents",
        (Consent,),
        "subject and purpose",
        compacted(),
        ("serve", OUTSIDE),
        ("route", "deliver"),
        "who agreed to be written to, and for what",
    ),
    Topic(
        "controls",
        (MailPause,),
        "subject",
        compacted(),
        (OUTSIDE,),
        ("route", "mail", "deliver", "serve"),
        "which mails are held back, by whom and why",
    ),
    Topic(
        "send-requests",
        (SendRequest,),
        "person",
        deleted_after(7),
        ("people",),
        ("route",),
        "who could be written to on the first days",
        partitions=1,
    ),
    Topic(
        "interactions",
        (Interaction, ResumeUpload),
        "person",
        deleted_after(100),
        ("serve", OUTSIDE),
        ("route",),
        "what people do on the job site",
    ),
    Topic(
        "impressions",
        (Impression,),
        "person",
        deleted_after(30),
        ("serve",),
        (OUTSIDE,),
        "which jobs people were shown, and why",
    ),
    Topic(
        "job-signals",
        (JobSignal, JobAvailability),
        "job",
        deleted_after(100),
        ("people", "jobs", "route"),
        ("jobs",),
        "everything that concerns a job, in one order",
    ),
    Topic(
        "job-trends", (JobTrend,), "job", compacted(), ("jobs",), ("mail", "serve"), "which jobs are wanted"
    ),
    Topic(
        "emails",
        (Email,),
        "person",
        compacted(min_compaction_lag_ms=str(7 * DAY_MS)),
        ("mail",),
        ("deliver", "serve", "writeback", "learn", OUTSIDE),
        "mails to be sent",
    ),
    Topic(
        "parked-mails", (ParkedMail,), "mail", compacted(), ("deliver",), (OUTSIDE,), "mails that may be sent"
    ),
    Topic(
        "email-previews",
        (Email,),
        "person",
        deleted_after(30),
        ("mail",),
        (OUTSIDE,),
        "mails as they would be, while decisions are only observed",
    ),
    Topic(
        "engagements",
        (Engagement,),
        "person",
        deleted_after(100),
        ("mail", "deliver", "serve", OUTSIDE),
        ("route", "writeback", "learn"),
        "what became of a decision",
    ),
    Topic(
        "answers",
        (Answer,),
        "person",
        deleted_after(100),
        ("serve", OUTSIDE),
        ("route",),
        "what people answered when a mail asked them",
    ),
    *RETURNED,
    *LEARNED,
    Topic(
        "dead-letters",
        (),
        "the record's own",
        deleted_after(30),
        ("capture", "route", "people", "jobs", "mail", "deliver", "learn", "serve"),
        (OUTSIDE,),
        "records that could not be used, with the reason",
    ),
    Topic(
        "watermarks",
        (SourceRead, Processed),
        "who says it",
        compacted(segment_ms="600000", segment_bytes="4194304"),
        ("capture", "route"),
        ("route",),
        "how far every part of the fleet has read",
        partitions=1,
    ),
    Topic(
        "capture-positions",
        (SourcePosition,),
        "source",
        compacted(segment_ms="600000", segment_bytes="4194304"),
        ("capture",),
        ("capture",),
        "where to go on reading a source",
        partitions=1,
    ),
)
BY_NAME = {topic.name: topic for topic in CATALOG}
