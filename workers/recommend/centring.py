"""The middle of an encoder's space, to be taken off its vectors.

The vectors of an encoder lie in a narrow cone: two texts about nothing in common still have a cosine of 0.8.
Without the mean of typical texts they are at right angles. These texts are always the same, so that a vector
depends on its text alone, and can be kept by its hash, and whoever embeds knows the mean without a board.
"""

import numpy as np

from workers.recommend.embedding import Vectors

# a title of each kind of work, in both languages; a change of any is a new version of every embedder with it
TYPICAL = (
    "Software Engineer",
    "ソフトウェアエンジニア",
    "Network Administrator",
    "ネットワーク管理者",
    "Project Manager",
    "プロジェクトマネージャー",
    "Doctor",
    "医師",
    "Nurse",
    "看護師",
    "Dental Hygienist",
    "歯科衛生士",
    "Caregiver",
    "介護職員",
    "Primary School Teacher",
    "小学校教諭",
    "Language Instructor",
    "語学講師",
    "Chef",
    "料理人",
    "Restaurant Manager",
    "飲食店店長",
    "Hotel Receptionist",
    "ホテルフロント",
    "Sales Representative",
    "法人営業",
    "Shop Assistant",
    "販売スタッフ",
    "Cashier",
    "レジ係",
    "Marketing Planner",
    "マーケティング企画",
    "Writer and Editor",
    "ライター・編集者",
    "Photographer",
    "カメラマン",
    "Interior Designer",
    "インテリアデザイナー",
    "Administrative Assistant",
    "一般事務",
    "Financial Analyst",
    "財務アナリスト",
    "Tax Consultant",
    "税務コンサルタント",
    "Bus Driver",
    "バス運転手",
    "Delivery Courier",
    "配達員",
    "Forklift Operator",
    "フォークリフト作業員",
    "Factory Worker",
    "工場作業員",
    "Car Mechanic",
    "自動車整備士",
    "Plumber",
    "配管工",
    "Carpenter",
    "大工",
    "Architect",
    "建築士",
    "Farm Worker",
    "農業スタッフ",
    "Florist",
    "花屋スタッフ",
    "Fitness Trainer",
    "フィットネストレーナー",
    "Translator",
    "翻訳者",
)


def centred(vectors: Vectors, mean: Vectors) -> Vectors:
    """Vectors without a mean, of length 1 again; those of length 0 stay it."""
    moved = np.where(vectors.any(axis=1, keepdims=True), vectors - mean, 0.0)
    lengths = np.linalg.norm(moved, axis=1, keepdims=True)
    return np.asarray(moved / np.where(lengths > 0, lengths, 1.0), np.float32)
