"""Which names of fields may stand for ours, and of which it is not sure; data only. Names are folded."""

from collections.abc import Mapping

# words beside those of field_synonyms.py that are sure, by topic and field
SURE: Mapping[str, tuple[str, ...]] = {
    "users.email": ("loginemail",),
    "users.created_at": (
        "registeredat", "registered", "joinedat", "joined", "signupat", "signedupat", "入会日",
    ),
    "users.resume": ("cv", "curriculumvitae", "履歴書", "職務経歴書"),
    "users.cuisine_preference": ("favoritecuisines", "favouritecuisines"),
    "users.dietary_restrictions": ("dietaryrequirements", "dietaryneeds"),
    "users.is_team_member": ("isstaff", "isemployee", "isteam", "スタッフ"),
    "users.mail_consent": ("marketingemails", "acceptsmarketing"),
    "orders.date": ("placedat", "boughtat", "orderedat", "paidat", "purchasedate", "purchasedon", "注文日時"),
    "orders.amount": ("amountpaid", "totalprice", "totalamount", "grandtotal", "合計金額", "支払金額"),
    "events.date": (
        "start", "startat", "startsat", "starts", "begin", "begins", "beginsat", "when", "heldon", "heldat",
        "scheduledat", "scheduledfor", "開催日時", "開始日時", "開始",
    ),
    "events.participants": ("registrants", "registrations", "rsvps", "participant"),
    "events.cuisine": ("cuisines", "料理"),
    "events.price": ("fee", "ticketprice", "参加費", "料金", "価格"),
    "events.capacity": ("maxattendees", "maxparticipants", "maxguests", "seats", "定員"),
    "events.status": ("state", "状態", "ステータス"),
    "events.time_zone": ("tz", "タイムゾーン"),
    "participants.name": ("who", "person", "guest", "attendee"),
    "participants.status": ("rsvp", "rsvpstatus", "response", "answer", "attending", "attended", "出欠"),
    "jobs.title": ("name", "headline", "jobtitle", "職種", "求人名", "タイトル", "職名"),
    "jobs.company": ("employer", "companyname", "organization", "organisation", "会社", "会社名", "企業名"),
    "jobs.location": ("place", "city", "workplace", "勤務地", "場所"),
    "jobs.salary": ("pay", "wage", "compensation", "給与", "年収", "時給", "月給"),
    "jobs.description": ("body", "details", "summary", "仕事内容", "業務内容", "詳細"),
    "jobs.tags": ("skills", "keywords", "タグ", "スキル"),
    "jobs.posted_at": ("posted", "published", "publishedat", "dateposted", "createdat", "created", "掲載日"),
    "jobs.closes_at": (
        "closes", "deadline", "expiresat", "expires", "validthrough", "締切", "締切日", "掲載終了日",
    ),
    "jobs.work_style": ("employmenttype", "contracttype", "jobtype", "雇用形態", "勤務形態"),
    "jobs.openings": ("vacancies", "headcount", "募集人数"),
    "job-views.time_spent_seconds": ("seconds", "durationseconds", "secondsspent", "閲覧秒数"),
    "job-views.viewed_at": ("viewed", "at", "date", "timestamp", "createdat", "created", "閲覧日時"),
    "job-preferences.preference_type": ("preference", "type", "kind", "action", "希望"),
    "job-preferences.created_at": ("at", "date", "timestamp"),
}  # fmt: skip
# words of field_synonyms.py, and others, that may mean something else in a topic: only told, never mapped
UNSURE: Mapping[str, tuple[str, ...]] = {
    "users.email": ("emails", "アドレス"),
    "users.name": (
        "username", "title", "eventname", "イベント名", "タイトル", "nickname", "handle", "firstname",
    ),
    "users.age": ("years",),
    "users.occupation": ("work",),
    "users.interests": ("topics", "likes"),
    "users.home_neighborhood": ("home", "city", "area", "住所", "address", "地域"),
    "users.work_neighborhood": ("office", "workplace"),
    "users.table_type_preference": ("table", "席"),
    "users.role": ("position", "役割"),
    "users.time_zone": ("zone",),
    "users.mail_consent": ("consent", "optin", "subscribed", "newsletter", "同意", "メルマガ"),
    "users.mail_consent_at": ("consentdate", "consentat", "optindate", "optinat", "同意日"),
    "orders.amount": ("value", "price", "sum", "subtotal", "revenue", "価格"),
    "orders.date": (
        "day", "time", "datetime", "eventdate", "startdate", "starttime", "startsat", "開催日", "日時",
    ),
    "events.name": ("username", "fullname", "displayname", "氏名", "お名前", "姓名"),
    "events.date": ("day", "time", "orderdate", "purchasedat", "createdat", "注文日", "購入日"),
    "events.host": ("owner",),
    "events.participants": ("invitees", "emails", "invited", "waitlist", "waitinglist"),
    "messages.sent_date": ("date", "timestamp"),
    "messages.content": ("subject",),
    "participants.name": ("username", "title", "eventname", "イベント名", "タイトル"),
    "participants.status": ("state",),
}  # fmt: skip
# sub-documents that only group fields of the document itself
GROUPS = frozenset({
    "profile", "contact", "contactinfo", "contactdetails", "details", "detail", "info", "information",
    "personal",
    "personalinfo", "basic", "basics", "general", "data", "attributes", "fields", "properties",
    "demographics",
    "preferences", "preference", "settings", "about", "meta", "metadata", "main", "プロフィール", "連絡先",
    "基本情報",
})  # fmt: skip
LABELS = frozenset({"name", "title", "label", "名前", "名称"})  # the name of what a sub-document is
# signs in the entries of a list that not everybody on it came; they are not read
ATTENDANCE_SIGNS = (
    "cancel", "declin", "noshow", "absent", "withdrawn", "refus", "waitlist", "removed", "checkedin",
    "checkin",
    "キャンセル", "欠席",
)  # fmt: skip
# signs that a person wants no mails: they mean the opposite of a consent, and are not read
OPT_OUTS = ("optout", "optedout", "unsubscrib", "donotcontact", "donotemail", "nomail", "配信停止", "退会")
# signs that a document does not count, or is of somebody who left: they are not read
MARKS = (
    "deleted", "archived", "deactivated", "disabled", "banned", "anonymi", "istest", "cancel", "refund",
    "void", "isdraft", "削除", "キャンセル", "返金",
)  # fmt: skip
# what names a reference, behind the noun: `userId`, `customer_ref`, `会員ID`, `会員番号`
ID_ENDINGS = ("id", "ids", "oid", "uuid", "guid", "ref", "reference", "key", "no", "number", "番号", "fk")
NOUNS: Mapping[str, tuple[str, ...]] = {
    "users": (
        "user", "customer", "client", "member", "person", "buyer", "purchaser", "patron", "shopper",
        "contact",
        "account", "subscriber", "会員", "顧客", "ユーザー", "利用者", "購入者", "お客様",
    ),
    "events": ("event", "meetup", "gathering", "イベント"),
    "jobs": ("job", "vacancy", "posting", "listing", "求人"),
}  # fmt: skip
# further nouns for the person, in some topics alone
ROLES: Mapping[str, tuple[str, ...]] = {
    "messages": ("recipient", "to", "addressee", "receiver", "受信者", "宛先"),
    "job-views": ("viewer", "candidate"),
    "job-preferences": ("candidate", "applicant", "応募者"),
}
