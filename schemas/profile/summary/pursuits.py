"""Occupations and interests in English and Japanese."""

from schemas.profile.summary.english_case import in_sentence, without_article
from schemas.profile.summary.lexicon import Lexicon, Word

NO_WORK = ("retired ", "former ", "unemployed ")
STUDENTS = ("student", "学生", "院生")


def occupation(text: str) -> Word:
    """The word of an unknown occupation; its kind is `job`, or `life` if it is not work."""
    text = without_article(text)
    noun = in_sentence(text)
    lower = noun.lower()
    return Word(noun, text, "life" if lower.startswith(NO_WORK) or lower.endswith(STUDENTS) else "job")


def rows(kind: str, *words: tuple[str, ...]) -> list[Word]:
    """Words of one kind from rows of English, Japanese and other spellings."""
    return [Word(en, ja, kind, tuple(also)) for en, ja, *also in words]


OCCUPATIONS = Lexicon(
    [
        *rows(
            "state",  # an adjective in English
            ("retired", "退職して", "retiree", "pensioner", "定年退職", "退職", "退職済み", "リタイア"),
            ("unemployed", "無職", "jobless", "not-working", "out-of-work", "between-jobs", "not-employed"),
            ("self-employed", "自営業", "self-employment"),
        ),
        *rows(
            "life",
            ("student", "学生"),
            ("university student", "大学生", "college-student"),
            ("graduate student", "大学院生", "grad-student"),
            ("job seeker", "求職中", "jobseeker", "looking-for-work", "job-hunting"),
            ("homemaker", "専業主婦・主夫", "主婦", "主夫", "専業主婦", "housewife", "househusband"),
            ("stay-at-home parent", "専業で子育て中", "stay-at-home-mom", "stay-at-home-dad"),
        ),
        *rows(
            "field",  # a field of work
            ("sales", "営業", "営業職"),
            ("marketing", "マーケティング"),
            ("finance", "金融"),
            ("IT", "IT", "information-technology"),
            ("tech", "テクノロジー", "technology"),
            ("HR", "人事", "human-resources"),
            ("engineering", "エンジニアリング"),
            ("education", "教育"),
            ("healthcare", "医療", "health-care", "medicine"),
            ("law", "法律"),
            ("design", "デザイン"),
            ("consulting", "コンサルティング"),
            ("real estate", "不動産"),
            ("hospitality", "サービス業"),
            ("nursing", "看護"),
            ("accounting", "会計"),
            ("banking", "銀行"),
            ("retail", "小売"),
            ("research", "研究"),
            ("construction", "建設"),
            ("advertising", "広告"),
            ("government", "行政"),
        ),
        *rows(
            "job",
            ("software engineer", "ソフトウェアエンジニア", "software-developer"),
            ("engineer", "エンジニア"),
            ("nurse", "看護師"),
            ("head nurse", "看護師長"),
            ("teacher", "教師", "教員"),
            ("designer", "デザイナー"),
            ("UX designer", "UXデザイナー"),
            ("lawyer", "弁護士", "attorney"),
            ("carpenter", "大工"),
            ("data analyst", "データアナリスト"),
            ("data scientist", "データサイエンティスト"),
            ("product manager", "プロダクトマネージャー"),
            ("editor", "編集者"),
            ("accountant", "会計士"),
            ("researcher", "研究者"),
            ("doctor", "医師", "physician", "医者"),
            ("dentist", "歯科医師", "歯医者"),
            ("architect", "建築家"),
            ("journalist", "ジャーナリスト", "記者"),
            ("photographer", "写真家", "カメラマン"),
            ("writer", "ライター"),
            ("chef", "シェフ", "料理人"),
            ("office worker", "会社員", "company-employee"),
            ("civil servant", "公務員"),
            ("consultant", "コンサルタント"),
            ("entrepreneur", "起業家"),
            ("freelancer", "フリーランス", "freelance"),
            ("CEO", "CEO", "chief-executive-officer"),
        ),
    ],
    other=occupation,
)
INTERESTS = Lexicon(
    rows(
        "known",
        ("hiking", "ハイキング"),
        ("mountain climbing", "登山", "mountaineering"),
        ("photography", "写真"),
        ("cooking", "料理"),
        ("reading", "読書", "books"),
        ("pottery", "陶芸", "ceramics"),
        ("running", "ランニング", "ジョギング"),
        ("the tea ceremony", "茶道", "tea-ceremony"),
        ("film", "映画", "movies", "films", "cinema"),
        ("music", "音楽"),
        ("jazz", "ジャズ"),
        ("cycling", "サイクリング", "biking"),
        ("chess", "チェス"),
        ("gardening", "ガーデニング", "園芸"),
        ("travel", "旅行", "traveling", "travelling"),
        ("art", "アート", "美術"),
        ("wine", "ワイン"),
        ("sake", "日本酒"),
        ("tea", "お茶"),
        ("coffee", "コーヒー"),
        ("yoga", "ヨガ"),
        ("surfing", "サーフィン"),
        ("skiing", "スキー"),
        ("camping", "キャンプ"),
        ("swimming", "水泳"),
        ("tennis", "テニス"),
        ("painting", "絵画"),
        ("dancing", "ダンス", "dance"),
        ("gaming", "ゲーム", "games", "video-games"),
        ("board games", "ボードゲーム"),
        ("baking", "お菓子作り"),
        ("food", "グルメ", "foodie"),
        ("fashion", "ファッション"),
        ("theater", "演劇", "theatre"),
        ("technology", "テクノロジー", "tech"),
        ("volunteering", "ボランティア"),
    )
)
