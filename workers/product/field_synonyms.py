"""Words of other tools for the fields of documents, folded as names are compared; data only."""

from collections.abc import Mapping

# words that other tools use for a field; they are only suggested, because they may mean something else
SYNONYMS: Mapping[str, tuple[str, ...]] = {
    "id": (
        "key", "uuid", "guid", "no", "number", "会員id", "会員番号", "顧客id", "番号",
        "識別子", "ユーザーid",
    ),
    "user_id": (
        "user", "customer", "customerid", "client", "clientid", "member", "memberid", "contactid", "personid",
        "会員id", "会員番号", "顧客id", "ユーザーid", "利用者id",
    ),
    "email": (
        "mail", "emailaddress", "mailaddress", "emails", "contactemail", "primaryemail", "useremail",
        "メール", "メールアドレス", "eメール", "アドレス",
    ),
    "name": (
        "fullname", "displayname", "username", "title", "eventname", "氏名", "名前", "お名前", "姓名",
        "イベント名", "タイトル",
    ),
    "age": ("years", "年齢", "歳"),
    "birth_date": ("birthday", "birthdate", "dob", "dateofbirth", "born", "生年月日", "誕生日"),
    "gender": ("sex", "性別"),
    "occupation": ("job", "jobtitle", "profession", "work", "職業", "職種", "仕事"),
    "interests": ("interest", "hobbies", "hobby", "topics", "likes", "趣味", "興味", "関心"),
    "cuisine_preference": (
        "cuisine", "cuisines", "cuisinepreferences", "food", "foods", "favoritefood", "好きな料理", "料理",
    ),
    "dietary_restrictions": (
        "diet", "dietary", "dietaryrestriction", "allergies", "allergy", "食事制限", "アレルギー",
    ),
    "home_neighborhood": ("neighborhood", "home", "city", "area", "住所", "居住地", "地域"),
    "work_neighborhood": ("office", "workplace", "workarea", "勤務地"),
    "relationship_status": ("relationship", "maritalstatus", "婚姻", "婚姻状況"),
    "table_type_preference": ("table", "tabletype", "tablepreference", "席", "席の希望"),
    "language": ("lang", "locale", "言語"),
    "time_zone": ("tz", "zone", "タイムゾーン"),
    "role": ("position", "役割"),
    "mail_consent": (
        "consent", "optin", "subscribed", "newsletter", "emailoptin", "marketingconsent", "同意", "メルマガ",
        "配信許可",
    ),
    "mail_consent_at": ("consentdate", "consentat", "optindate", "optinat", "同意日"),
    "created_at": ("created", "createdon", "createdate", "createddate", "signupdate", "登録日", "作成日"),
    "created_date": ("created", "createdat", "createdtime", "作成日"),
    "sent_date": (
        "sent", "sentat", "senton", "date", "timestamp", "deliveredat", "送信日",
        "送信日時", "配信日",
    ),
    "status": ("state", "deliverystatus", "状態", "ステータス"),
    "content": ("body", "text", "message", "subject", "本文", "内容"),
    "amount": ("total", "price", "sum", "value", "subtotal", "revenue", "金額", "合計", "価格"),
    "date": (
        "orderdate", "eventdate", "day", "time", "datetime", "startdate", "starttime", "startsat",
        "purchasedat", "createdat", "日付", "日時", "開催日", "注文日", "購入日",
    ),
    "event_id": ("event", "eventno", "イベントid"),
    "participants": (
        "attendees", "attendee", "guests", "guest", "members", "emails", "attendeeemails", "invitees",
        "参加者", "出席者",
    ),
    "venue": ("place", "location", "where", "会場", "場所"),
    "host": ("organizer", "organiser", "owner", "主催者", "主催", "ホスト"),
    "event_type": ("type", "category", "kind", "種類", "カテゴリ", "種別"),
    "neighborhood": ("area", "district", "エリア", "地域"),
}  # fmt: skip
