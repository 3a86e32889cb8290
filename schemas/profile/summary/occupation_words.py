"""Words of occupations: known ones in both languages, and nouns for people by what they do."""

import re

from schemas.profile.summary.lexicon import rows

HOMEMAKER_JA = "家事に専念して"  # a word for women, or men, is used when the gender is known
HEADS = """
    accountant acrobat actress adjunct agent aide ambassador analyst apologist apprentice architect
    assistant associate astronaut athlete attendant attorney attorney-at-law barista bureaucrat
    candidate caregiver cashier ceo cfo chauffeur chef chemist cio cleric clerk cmo coach concierge
    conservationist consultant coo cook correspondent crew critic cto curator dad dean detective
    diplomat director dj driver employee emt evp exec executive expat faculty father fellow founder
    generalist guard guide handyman head host hostess hygienist intern jeweler judge lead magistrate
    manager marine mason mechanic medic merchant midwife model mom monk mother mum nanny notary nun
    nurse officer paralegal paramedic parent partner pastor physiotherapist pilot pm poet postdoc
    president priest principal professor psychiatrist rabbi realtor rep representative researcher
    resident sailor secretary sommelier specialist sre staffer stewardess student superintendent
    surgeon svp swe tailor technologist trainee vet veteran vp waitress worker
"""
ONLY_WITH_OTHERS = """
    lead head fellow associate rep exec partner crew faculty resident host model guide principal candidate
"""
AMBIGUOUS = frozenset(ONLY_WITH_OTHERS.split())  # no title alone
HEAD_WORDS = frozenset(HEADS.split())
AGENT = re.compile("[a-z]+(?:er|or|eur|ist|ician|arian|yst|man|woman|person|smith|wright)")
NOT_WORK = """
    after anger answer beer better bitter border brother butter career center chapter checklist
    cluster color computer consumer corner counter cover customer cyber danger daughter december
    dinner error ever exist exterior filter flower folder forever former gender german header her
    higher honor however human hunger interior junior labor later latter layer leather letter list
    lover lower major manufacturer matter meter minor mirror monster motor never newsletter november
    number october offer order other over paper peer pepper per poster power prefer refer register
    remember river roman sector semester senior september shoulder silver sister summer super terror
    theater tier together tower transfer twitter under vapor vegetarian waitlist water weather
    whatever winter wonder
"""
NO_AGENTS = frozenset(NOT_WORK.split())
ROWS = (
    *rows(
        "state",  # an adjective in English
        ("retired", "退職して", "retiree", "pensioner", "定年退職", "退職", "退職済み", "リタイア"),
        (
            "unemployed",
            "無職",
            "no job",
            "no work",
            "jobless",
            "not-working",
            "out-of-work",
            "between-jobs",
            "not-employed",
        ),
        ("self-employed", "自営業", "self-employment", "自営", "自営業者", "個人事業主"),
    ),
    *rows(
        "life",
        ("student", "学生"),
        ("university student", "大学生", "college-student"),
        ("graduate student", "大学院生", "grad-student"),
        ("job seeker", "求職中", "jobseeker", "looking-for-work", "job-hunting"),
        ("homemaker", HOMEMAKER_JA, "主婦", "主夫", "専業主婦", "専業主夫", "housewife", "househusband"),
        ("stay-at-home parent", "専業で子育て中", "stay-at-home-mom", "stay-at-home-dad"),
    ),
    *rows(
        "field",  # a field of work
        ("sales", "営業"),
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
        ("bookkeeping", "経理"),
        ("general affairs", "総務"),
        ("office administration", "事務", "一般事務", "administration", "admin"),
        ("public relations", "広報", "pr"),
        ("planning", "企画"),
        ("product development", "開発"),
        ("manufacturing", "製造", "製造業", "メーカー"),
        ("logistics", "物流"),
        ("trading", "貿易"),
        ("nursing care", "介護"),
        ("childcare", "保育"),
        ("beauty", "美容"),
        ("restaurants", "飲食", "飲食店", "飲食業"),
        ("customer service", "接客", "接客業"),
        ("security", "警備"),
        ("farming", "農業", "agriculture"),
        ("insurance", "保険"),
        ("publishing", "出版"),
        ("media", "メディア", "マスコミ"),
        ("logistics and transport", "運輸", "運送", "運送業"),
        ("tourism", "観光", "観光業"),
        ("music", "音楽"),
        ("fashion", "ファッション", "アパレル"),
        ("operations", "運営"),
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
        ("office worker", "会社員", "company-employee", "サラリーマン", "OL", "正社員", "会社勤め"),
        ("civil servant", "公務員"),
        ("consultant", "コンサルタント"),
        ("entrepreneur", "起業家"),
        ("freelancer", "フリーランス", "freelance"),
        (
            "business owner",
            "会社経営者",
            "会社経営",
            "経営者",
            "経営",
            "経営者・役員",
            "owner",
            "own business",
        ),
        ("company executive", "会社役員", "役員", "executive"),
        (
            "part-time worker",
            "パート",
            "アルバイト",
            "part-time",
            "part time",
            "パート・アルバイト",
            "パートタイム",
            "フリーター",
        ),
        ("contract worker", "契約社員"),
        ("temporary worker", "派遣社員", "派遣", "temp"),
        ("manager", "マネージャー", "管理職", "mgr"),
        ("CEO", "CEO", "chief-executive-officer"),
    ),
)
