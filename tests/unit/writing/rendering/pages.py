"""Pages for tests: both languages, one job or forty, with a marker in every text."""

from typing import Literal, get_args

from workers.writing.rendering.page import EventCard, JobCard, MailPage, SectionBlock, Sender

Words = Literal["ja", "en"]
LANGUAGES: tuple[Words, ...] = get_args(Words)
ODD_URL = "https://jobs.example/jobs/7?a=1&b=%26&u=https://x.example/?c=1#f"
SIZES = (5, 5, 10, 10, 5, 5)
SENDERS = {
    "ja": Sender(
        "株式会社青空キャリア",
        "〒150-0002 東京都渋谷区渋谷1-2-3 青空ビル4階",
        "03-1234-5678",
        "https://jobs.example/u/AbCdEfGhIjKlMnOpQrStUv",
        "https://jobs.example/",
    ),
    "en": Sender(
        "Blue Sky Careers Inc.",
        "1-2-3 Shibuya, Shibuya-ku, Tokyo 150-0002, Japan",
        "help@jobs.example",
        "https://jobs.example/u/AbCdEfGhIjKlMnOpQrStUv",
        "https://jobs.example/",
    ),
}
TITLES = {
    "ja": (
        "編集部のおすすめ",
        "おすすめの求人",
        "あなたに合わせた求人",
        "新着の求人",
        "人気の求人",
        "こちらもいかがでしょうか",
    ),
    "en": (
        "Editorial picks",
        "Top recommendations",
        "Picked for you",
        "New arrivals",
        "Popular jobs",
        "You might also like",
    ),
}


def japanese_job(number: int) -> JobCard:
    """A job with every field."""
    return JobCard(
        f"データエンジニア（分散処理基盤）{number}",
        f"https://jobs.example/jobs/{number}?a=1&b=%26",
        "株式会社青空テクノロジー",
        "東京都渋谷区",
        "年収600万円～850万円",
        "Kafka を用いた配信基盤の設計と運用をご担当いただきます。",
        "分散処理のご経験をお持ちのため",
    )


def english_job(number: int) -> JobCard:
    """A job with every field."""
    return JobCard(
        f"Senior Data Engineer, Streaming Platform {number}",
        f"https://jobs.example/jobs/{number}?a=1&b=%26",
        "Blue Sky Technologies K.K.",
        "Shibuya, Tokyo",
        "¥6,000,000 to ¥8,500,000 a year",
        "You design and run the delivery platform, which is built on Kafka, with a team of six engineers.",
        "your experience with stream processing",
    )


def japanese_page(sections: tuple[SectionBlock, ...]) -> MailPage:
    """A page with every field."""
    return MailPage(
        "ja",
        "田中様にお届けするデータエンジニアの求人",
        "分散処理のご経験を活かせる求人を、ご希望の勤務地に合わせて選びました。どうぞご覧ください。",
        "田中様",
        ("いつもご利用いただき、ありがとうございます。", "最近ご覧になった求人をもとに選びました。"),
        sections,
        "今後ともよろしくお願いいたします。",
        "青空キャリア 編集部",
        SENDERS["ja"],
        ("アンケートに答える", "https://jobs.example/a/1"),
    )


def english_page(sections: tuple[SectionBlock, ...]) -> MailPage:
    """A page with every field."""
    return MailPage(
        "en",
        "Jobs for data engineers, chosen for you",
        "Jobs where your experience with streaming counts, near the places you named.",
        "Hello Sarah,",
        (
            "Thank you for using Blue Sky Careers.",
            "These jobs were chosen by what you have read lately, and by the places that you would like.",
        ),
        sections,
        "Kind regards,",
        "The editors of Blue Sky Careers",
        SENDERS["en"],
        ("Answer one question", "https://jobs.example/a/1"),
    )


def page(language: Words, jobs: int) -> MailPage:
    """A page with up to five jobs in one section, or forty in six."""
    make, job = (japanese_page, japanese_job) if language == "ja" else (english_page, english_job)
    intro, more = (
        ("ご希望の条件に近い求人です。", "すべての求人を見る")
        if language == "ja"
        else ("These jobs are close to what you are looking for.", "See all jobs")
    )
    sizes = (jobs,) if jobs <= 5 else SIZES
    return make(
        tuple(
            SectionBlock(
                TITLES[language][row],
                intro,
                tuple(job(100 * row + number) for number in range(size)),
                more,
                f"https://jobs.example/sections/{row}",
            )
            for row, size in enumerate(sizes)
        )
    )


def with_text_everywhere(text: str, language: Words = "en") -> MailPage:
    """A page whose every text is one and the same."""
    job = JobCard(text, ODD_URL, text, text, text, text, text)
    section = SectionBlock(text, text, (job,), text, ODD_URL)
    sender = Sender(text, text, text, ODD_URL, ODD_URL, text)
    event = EventCard(text, text, text, text, text, text, (text, text), text)
    action = (text, ODD_URL)
    return MailPage(language, text, text, text, (text, text), (section,), text, text, sender, action, event)
