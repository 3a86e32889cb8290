"""The Japanese summary sentence by sentence."""

from datetime import date
from typing import Any

import pytest

from tests.unit.schemas.profile.summary.profiles import HABITS, PASTA_NIGHT, attended, of_ann

NEWCOMER = "イベントにはまだ参加したことのない、新しい会員です。"


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"gender": None}, "Annさんは、" + NEWCOMER),
        ({"gender": None, "email": None}, "この方は、" + NEWCOMER),
        ({"name": "田中 健二"}, "田中 健二さんは女性です。" + NEWCOMER),
        ({"name": "田中先生", "gender": "男性", "age": 40}, "田中先生は40歳の男性です。" + NEWCOMER),
        ({"age": 32, "relationship_status": "Married"}, "Annさんは32歳の既婚の女性です。" + NEWCOMER),
        ({"gender": "x", "relationship_status": "single"}, "Annさんは独身の方です。" + NEWCOMER),
        ({"relationship_status": "divorced"}, "Annさんは女性で、離婚しています。" + NEWCOMER),
        ({"relationship_status": "open"}, "Annさんは女性で、交際状況は「open」です。" + NEWCOMER),
        (
            {"gender": "nb", "age": 20, "occupation": "学生"},
            "Annさんは20歳のノンバイナリーの方で、現在は学生です。",
        ),
        (
            {"gender": "", "occupation": "Nurse", "home_neighborhood": "中目黒", "work_neighborhood": "渋谷"},
            "Annさんは看護師として渋谷で働き、中目黒に住んでいます。" + NEWCOMER,
        ),
        (
            {
                "gender": "",
                "occupation": "Marketing",
                "home_neighborhood": "渋谷",
                "work_neighborhood": "渋谷",
            },
            "Annさんはマーケティング関係の仕事をしており、住まいも勤務先も渋谷です。" + NEWCOMER,
        ),
        ({"gender": "", "work_neighborhood": "Remote"}, "Annさんはリモートで働いています。" + NEWCOMER),
        (
            {"gender": "", "occupation": "Retired", "age": 67},
            "Annさんは67歳で、現在は退職しています。" + NEWCOMER,
        ),
        ({"interests": ["Hiking"]}, "ハイキングに興味があります。"),
        (
            {
                "interests": ["写真", "Hiking"],
                "cuisine_preference": ["Thai", "Basque"],
                "table_type_preference": "private",
            },
            "写真とハイキングに興味があり、タイ料理とバスク料理を好み、席は個室を希望しています。",
        ),
        ({"interests": ["A", "B", "C", "D"]}, "A、B、Cなどに興味があります。"),
        (
            {"dietary_restrictions": ["vegan", "halal", "nut allergy", "no pork"]},
            "食事面ではヴィーガンで、ハラールへの対応を必要とし、"
            "豚肉を避けており、ナッツのアレルギーがあります。",
        ),
        ({"total_orders": 2}, "注文は2件ありますが、イベントにはまだ参加したことのない新しい会員です。"),
        (attended(1, 0, venue="The Vault"), "今日、The Vaultで初めてイベントに参加しました。"),
        (
            attended(1, 1, is_healthy_active_user=True),
            "アクティブな会員で、昨日、初めてイベントに参加しました。",
        ),
        ({"number_of_events_attended": 1}, "これまでにイベントに1回参加しています。"),
        ({"number_of_events_attended": 2}, "ときどき参加する会員で、これまでに2回イベントに参加しています。"),
        (
            attended(3, 5, venue="The Vault"),
            "これまでに3回イベントに参加し、直近では5日前にThe Vaultを訪れました。",
        ),
        (
            attended(15, 1, first=date(2021, 2, 10), is_healthy_active_user=True),
            "以前から参加しているアクティブな会員で、この3年間で15回イベントに参加し、直近の参加は昨日です。",
        ),
        (
            attended(3, 400, venue="The Vault"),
            "これまでに3回イベントに参加しましたが、この13か月は参加がありません。"
            "最後に訪れた会場はThe Vaultです。",
        ),
        (
            attended(1, 400, venue="The Vault"),
            "13か月前にThe Vaultで一度イベントに参加しましたが、その後は参加がありません。",
        ),
        (
            {**attended(3, 5), "affinities": HABITS},
            "とくにワインテイスティングとディナーへの参加が多く、Komorebiをたびたび訪れています。",
        ),
        (
            {"favorite_hosts": ["Chef Mario", "料理長 井上"], **attended(6, 400)},
            "Chef Marioと料理長 井上が主催するイベントによく参加していました。",
        ),
        ({"friends": ["A", "B様"], **attended(2, 5)}, "友人のAさんとB様と一緒に来ることが多いです。"),
        (
            {"friends": list("ABCDE"), **attended(2, 400)},
            "友人のAさん、Bさん、Cさんほか2人と一緒に来ることが多かったです。",
        ),
        ({"upcoming_events": [PASTA_NIGHT]}, "明日、The Vaultでの「Pasta Night」に初めて参加する予定です。"),
        (
            {"upcoming_events": [{"date": "2024-02-13"}, PASTA_NIGHT], **attended(1, 5)},
            "次は3日後にイベントに参加する予定で、ほかに1件の予定があります。",
        ),
        ({"is_on_team": True}, "運営チームの一員です。"),
        ({"should_request_more_details": True}, "個人に合わせたメールを書くには、もう少し情報が必要です。"),
    ],
)
def test_every_form_of_a_japanese_sentence(fields: dict[str, Any], expected: str) -> None:
    """One row per form."""
    assert expected in of_ann("ja", fields)
