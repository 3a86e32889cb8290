"""The occupations of the made-up product's jobs: titles, tasks and pay, in two languages."""

from typing import NamedTuple


class JobKind(NamedTuple):
    """What jobs of one kind are called and say, in English and Japanese, and the least and most paid a year.

    `en_pay` is in thousands of dollars, `ja_pay` in units of 10,000 yen. `styles` are ways of working.
    """

    tags: tuple[str, ...]
    en_titles: tuple[str, ...]
    ja_titles: tuple[str, ...]
    en_tasks: tuple[str, ...]
    ja_tasks: tuple[str, ...]
    en_pay: tuple[int, int]
    ja_pay: tuple[int, int]
    employers: str
    styles: tuple[str, ...]


OFFICE, SITE, SHIFTS = ("hybrid", "remote", "full-time"), ("full-time",), ("full-time", "part-time")

OCCUPATIONS: tuple[JobKind, ...] = (
    JobKind(
        ("python", "backend"),
        ("Python Developer", "Backend Engineer", "Senior Backend Engineer (Python)", "Platform Engineer"),
        ("Pythonエンジニア", "バックエンドエンジニア", "サーバーサイドエンジニア"),
        ("build and run the services behind our apps", "design APIs that other teams use",
         "keep data flowing through Kafka"),
        ("サービスを支えるAPIの設計と開発", "データ基盤の構築と運用", "コードレビューと設計の相談"),
        (120, 190), (550, 1000), "tech", OFFICE,
    ),
    JobKind(
        ("javascript", "frontend"),
        ("Frontend Engineer", "React Developer", "Web Developer"),
        ("フロントエンドエンジニア", "Webエンジニア"),
        ("build pages that load fast and read well", "work with designers on one design system",
         "care for accessibility"),
        ("使いやすい画面の設計と実装", "デザイナーとの共同開発", "表示速度の改善"),
        (110, 175), (500, 900), "tech", OFFICE,
    ),
    JobKind(
        ("machine learning", "python", "data"),
        ("Machine Learning Engineer", "ML Engineer, Recommendations", "AI Researcher"),
        ("機械学習エンジニア", "AIリサーチャー"),
        ("train models and bring them to production", "measure what they change for people",
         "read papers and try what is new"),
        ("モデルの学習と本番への導入", "効果の測定と改善", "論文の調査と実験"),
        (140, 220), (650, 1200), "tech", OFFICE,
    ),
    JobKind(
        ("data", "sql"),
        ("Data Analyst", "Senior Data Analyst", "Business Intelligence Analyst"),
        ("データアナリスト", "データ分析担当"),
        ("answer questions with SQL", "build dashboards that people read",
         "run experiments and explain them"),
        ("SQLによるデータの集計と分析", "ダッシュボードの作成", "施策の効果の検証"),
        (85, 140), (450, 800), "tech", OFFICE,
    ),
    JobKind(
        ("product", "planning"),
        ("Product Manager", "Associate Product Manager"),
        ("プロダクトマネージャー", "サービス企画"),
        ("decide what is built next, and why", "talk with customers every week", "write short, clear plans"),
        ("開発する機能の企画と優先順位づけ", "利用者へのインタビュー", "開発チームとの調整"),
        (120, 180), (600, 1000), "tech", OFFICE,
    ),
    JobKind(
        ("design", "figma"),
        ("Product Designer", "UX Designer", "Graphic Designer"),
        ("UIデザイナー", "グラフィックデザイナー", "Webデザイナー"),
        ("design flows from sketch to screen", "test ideas with people", "look after our visual language"),
        ("画面や広告のデザイン", "試作と検証", "ブランドの表現の管理"),
        (95, 150), (400, 750), "design", OFFICE,
    ),
    JobKind(
        ("nursing", "care"),
        ("Registered Nurse", "Nurse, Outpatient Clinic", "Night Shift Nurse"),
        ("看護師", "クリニックの看護師", "訪問看護師"),
        ("care for patients on a ward of 18 beds", "keep records and talk with families",
         "work in a team of nine"),
        ("外来での診療の補助", "患者さんとご家族への説明", "記録と引き継ぎ"),
        (80, 125), (380, 560), "care", SHIFTS,
    ),
    JobKind(
        ("care", "elderly"),
        ("Care Worker", "Home Care Assistant"),
        ("介護スタッフ", "ケアワーカー", "ホームヘルパー"),
        ("help people with their day at home", "cook, walk and talk with them",
         "report changes to the nurse"),
        ("食事や入浴の介助", "レクリエーションの企画", "ご家族への連絡"),
        (42, 60), (290, 400), "care", SHIFTS,
    ),
    JobKind(
        ("kitchen", "cooking"),
        ("Sous Chef", "Line Cook", "Pastry Chef"),
        ("調理スタッフ", "料理人(和食)", "パティシエ"),
        ("cook a menu that changes with the season", "train two junior cooks", "order from farms nearby"),
        ("季節の献立の調理", "仕込みと食材の発注", "後輩の指導"),
        (45, 78), (300, 480), "food", SHIFTS,
    ),
    JobKind(
        ("service", "restaurant"),
        ("Restaurant Server", "Barista", "Restaurant Manager"),
        ("ホールスタッフ", "カフェスタッフ", "店長候補(飲食)"),
        ("look after guests from the door to the bill", "know the menu and the wine",
         "open or close the house"),
        ("お客様のご案内と接客", "レジと開店準備", "アルバイトの教育"),
        (38, 68), (270, 420), "food", SHIFTS,
    ),
    JobKind(
        ("teaching", "english"),
        ("English Teacher", "Primary School Teacher", "Math Tutor"),
        ("英会話講師", "塾講師(数学)", "日本語教師"),
        ("teach groups of at most eight", "prepare lessons with colleagues",
         "talk with parents twice a term"),
        ("少人数の授業", "教材の準備", "保護者との面談"),
        (52, 88), (300, 480), "school", SHIFTS,
    ),
    JobKind(
        ("children", "care"),
        ("Preschool Teacher", "Childcare Assistant"),
        ("保育士", "学童支援員"),
        ("play, sing and read with children of two to five", "keep them safe",
         "write a note to parents every day"),
        ("子どもの保育と見守り", "行事の企画", "連絡帳の記入"),
        (40, 62), (280, 400), "school", SHIFTS,
    ),
    JobKind(
        ("accounting", "office"),
        ("Accountant", "Payroll Specialist", "Finance Manager"),
        ("経理", "経理マネージャー候補", "給与計算担当"),
        ("close the books every month", "prepare the audit", "help teams with their budgets"),
        ("月次の決算", "請求書の処理", "監査への対応"),
        (70, 130), (380, 700), "office", OFFICE,
    ),
    JobKind(
        ("sales", "customers"),
        ("Account Executive", "Sales Representative", "Customer Success Manager"),
        ("法人営業", "カスタマーサクセス", "ルート営業"),
        ("look after 30 customers", "show them what is new", "bring what they say back to the team"),
        ("既存のお客様への提案", "新規のお客様の開拓", "契約後の支援"),
        (70, 150), (400, 750), "office", OFFICE,
    ),
    JobKind(
        ("office", "reception"),
        ("Office Assistant", "Executive Assistant", "Receptionist"),
        ("一般事務", "営業事務", "受付"),
        ("keep calendars and travel in order", "welcome guests", "look after the office"),
        ("書類の作成とデータ入力", "電話と来客の対応", "備品の管理"),
        (45, 80), (280, 420), "office", SHIFTS,
    ),
    JobKind(
        ("logistics", "warehouse"),
        ("Warehouse Associate", "Delivery Driver", "Forklift Operator"),
        ("倉庫内作業スタッフ", "配送ドライバー", "フォークリフトオペレーター"),
        ("pick and pack orders", "load by a plan", "keep the lanes clear"),
        ("商品の仕分けと梱包", "決まった区域への配送", "入出庫の管理"),
        (40, 65), (290, 450), "logistics", SHIFTS,
    ),
    JobKind(
        ("construction", "wood"),
        ("Carpenter", "Electrician", "Site Supervisor"),
        ("大工", "電気工事士", "施工管理"),
        ("build and mend timber houses", "read plans and order materials", "train an apprentice"),
        ("木造住宅の新築と改修", "現場の安全と工程の管理", "資材の手配"),
        (60, 110), (360, 680), "building", SITE,
    ),
    JobKind(
        ("hotel", "service"),
        ("Front Desk Agent", "Concierge", "Housekeeping Supervisor"),
        ("ホテルフロント", "コンシェルジュ", "客室清掃スタッフ"),
        ("check guests in and out", "know the town", "solve what comes up at night"),
        ("チェックインとご案内", "観光の相談", "予約の管理"),
        (42, 66), (280, 430), "hotel", SHIFTS,
    ),
    JobKind(
        ("retail", "customers"),
        ("Store Associate", "Visual Merchandiser", "Store Manager"),
        ("販売スタッフ", "アパレル販売", "店長"),
        ("help customers find what suits them", "arrange the windows", "count and order stock"),
        ("接客と販売", "商品の陳列", "在庫の管理"),
        (38, 72), (280, 450), "shop", SHIFTS,
    ),
    JobKind(
        ("photography", "media"),
        ("Photographer", "Video Editor", "Content Writer"),
        ("フォトグラファー", "動画編集者", "編集・ライター"),
        ("photograph people and food", "edit short films", "write what is shown"),
        ("人物や商品の撮影", "動画の編集", "記事の企画と執筆"),
        (50, 95), (320, 550), "design", OFFICE,
    ),
)  # fmt: skip
