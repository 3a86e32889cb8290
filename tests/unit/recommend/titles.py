"""Titles of jobs in 24 groups of occupations, three English and three Japanese each, written by hand."""

GROUPS: tuple[tuple[tuple[str, str, str], tuple[str, str, str]], ...] = (
    (
        ("Backend Engineer (Go)", "Server-side Developer, Payments", "API Developer"),
        ("サーバーサイドエンジニア（Go）", "決済システムのバックエンド開発", "API開発エンジニア"),
    ),
    (
        ("Data Scientist", "Machine Learning Researcher", "Senior Statistical Modeler"),
        ("データサイエンティスト", "機械学習リサーチャー", "統計モデル開発担当"),
    ),
    (
        ("Registered Nurse – Night Shift", "ICU Nurse", "Hospital Ward Nurse"),
        ("正看護師（夜勤専従）", "病棟ナース募集", "ICUの看護師"),
    ),
    (
        ("Certified Care Worker", "Elderly Caregiver", "Nursing Home Aide"),
        ("介護福祉士", "特養の介護スタッフ", "高齢者施設のヘルパー"),
    ),
    (
        ("Nursery Teacher", "Childcare Worker", "Preschool Assistant"),
        ("保育士", "保育園の補助スタッフ", "認可保育所の先生"),
    ),
    (
        ("Line Cook", "Kitchen Staff at Bistro", "Sous Chef"),
        ("調理スタッフ", "ビストロのキッチン担当", "副料理長候補"),
    ),
    (
        ("Waiter / Waitress", "Restaurant Server", "Dining Hall Staff"),
        ("ホールスタッフ", "レストランの配膳係", "ウェイトレス"),
    ),
    (
        ("Barista", "Coffee Shop Crew", "Cafe Staff"),
        ("バリスタ", "コーヒーショップ店員", "カフェスタッフ"),
    ),
    (
        ("Long-haul Truck Driver", "Heavy Truck Operator", "Freight Driver"),
        ("長距離トラックドライバー", "大型トラック運転手", "貨物輸送ドライバー"),
    ),
    (
        ("Warehouse Picker", "Order Fulfilment Associate", "Packing and Sorting Staff"),
        ("倉庫内ピッキング", "物流センターの仕分け", "梱包・出荷作業"),
    ),
    (
        ("Staff Accountant", "Bookkeeper", "Accounting Manager"),
        ("経理スタッフ", "簿記・記帳担当", "経理マネージャー"),
    ),
    (
        ("Corporate Lawyer", "Legal Counsel", "Contract Attorney"),
        ("企業内弁護士", "法務担当", "契約審査の弁護士"),
    ),
    (
        ("Graphic Designer", "Visual Designer, Print", "Logo and Poster Designer"),
        ("グラフィックデザイナー", "紙媒体のデザイナー", "ロゴ・ポスター制作"),
    ),
    (
        ("Real Estate Sales", "Property Agent", "Housing Broker"),
        ("不動産営業", "賃貸物件の仲介", "住宅販売アドバイザー"),
    ),
    (
        ("English Teacher", "ESL Instructor", "English Conversation Coach"),
        ("英会話講師", "英語の先生", "英語インストラクター"),
    ),
    (
        ("Hair Stylist", "Salon Hairdresser", "Barber"),
        ("美容師", "ヘアスタイリスト", "理容師"),
    ),
    (
        ("Electrician", "Electrical Installation Worker", "Wiring Technician"),
        ("電気工事士", "電気設備の施工スタッフ", "配線工事作業員"),
    ),
    (
        ("Construction Site Manager", "Building Works Supervisor", "Civil Site Foreman"),
        ("建築施工管理", "現場監督", "土木の施工管理技士"),
    ),
    (
        ("Security Guard", "Night Watch Officer", "Event Security Staff"),
        ("施設警備員", "夜間巡回の警備", "イベント警備スタッフ"),
    ),
    (
        ("Call Center Operator", "Customer Support Agent", "Phone Support Representative"),
        ("コールセンターのオペレーター", "カスタマーサポート", "電話での問い合わせ対応"),
    ),
    (
        ("HR Manager", "Talent Acquisition Partner", "Human Resources Generalist"),
        ("人事マネージャー", "採用担当", "人事・労務ジェネラリスト"),
    ),
    (
        ("Mechanical Design Engineer", "Machine Designer", "CAD Engineer for Machinery"),
        ("機械設計エンジニア", "機械メーカーの設計職", "産業機械のCAD設計"),
    ),
    (
        ("Pharmacist", "Drugstore Pharmacist", "Clinical Pharmacy Specialist"),
        ("薬剤師", "調剤薬局の薬剤師", "病院薬剤部スタッフ"),
    ),
    (
        ("Office Cleaner", "Building Janitor", "Housekeeping Staff"),
        ("オフィス清掃", "ビルの清掃員", "客室清掃スタッフ"),
    ),
)


def mean_reciprocal_rank(similar: list[list[float]]) -> float:
    """The mean of 1 / rank of the first title of the same group.

    `similar` has a row per title of one language and a column per title of the other, three of a group each.
    """
    total = 0.0
    for row, values in enumerate(similar):
        best = max(values[column] for column in range(len(values)) if column // 3 == row // 3)
        total += 1 / sum(value >= best for value in values)
    return total / len(similar)
