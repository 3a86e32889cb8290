"""Performs the two effects of a mail: waits until it may be handed over, and hands it over."""

import asyncio
from collections.abc import Callable

import structlog

from schemas.mail import Email
from schemas.permissions import address_hash
from workers.deliver.handed_over import HandedOverToday
from workers.deliver.handover import (
    OUTCOME_OF,
    DeliveryResult,
    FinalOutcome,
    Hand,
    Prepare,
    Ready,
    ToPark,
    TryLater,
)
from workers.deliver.known import Known
from workers.deliver.mail_server import Connection, Cut, MailServer, Refused, ServerAway, Unanswered
from workers.deliver.message import TOKEN, MailOrigin, UnfitMail, raw_message, without_addresses
from workers.deliver.obstacles import deadline
from workers.deliver.pace import SendingPace, domain_group
from workers.deliver.places import Places
from workers.deliver.server_absence import ServerAbsence, sleep_until
from workers.product.returns.references import mail_key
from workers.product.returns.replies import Meaning, SmtpReply, row_of
from workers.runtime.metrics.mails import DELIVERIES

MOST_WAITING = 2_048  # mails that wait for another attempt; half of the effects that a worker may have
MOST_DETAIL = 300  # characters of what a server says
log = structlog.get_logger(__name__)


class Deliverer:
    """Hands mails over; at most `at_once` are with the server, the others wait where nothing is lost.

    `clock` gives epoch milliseconds. `return_path` is the envelope's sender, with the mail's reference in
    place of `{token}` if it has that; `retry_ms` are the waits between attempts.
    `today` counts while a sending domain warms up.
    """

    def __init__(
        self,
        server: MailServer,
        known: Known,
        origin: MailOrigin,
        pace: SendingPace,
        return_path: str,
        retry_ms: tuple[int, ...],
        at_once: int,
        clock: Callable[[], int],
        today: HandedOverToday | None = None,
    ) -> None:
        self._server, self._known, self._origin, self._pace = server, known, origin, pace
        self._return_path, self._retry_ms, self._clock = return_path, retry_ms, clock
        self._today = today
        self._waiting = 0
        self._places = Places(at_once)
        self._absence = ServerAbsence(clock)

    async def act(self, request: Prepare | Hand) -> DeliveryResult:
        """Perform an effect. After a bug nothing more happens to its mail, and the others go on.

        A mail that a server has refused before and that is too late now has the outcome of that refusal.
        """
        is_hand = isinstance(request, Hand)
        result: DeliveryResult
        try:
            result = await (self._hand(request) if isinstance(request, Hand) else self._prepare(request))
        except Exception as error:
            log.exception("a mail is not handed over", mail=request.mail.id)
            why = f"handing it over raised {type(error).__name__}"
            result = ToPark(why) if is_hand else FinalOutcome("failed", why)
        finally:
            if is_hand:
                self._places.free(request.mail.id)
        if request.late is not None and isinstance(result, FinalOutcome) and result.outcome == "expired":
            result = request.late
        if not isinstance(result, Ready):
            DELIVERIES.labels(metric_of(result)).inc()
        return result

    async def _prepare(self, request: Prepare) -> DeliveryResult:
        """Wait for all that can be waited for before the mail is leased: its turn, and a connection."""
        mail, group, is_its_turn = request.mail, "", False
        if not await self._waited(request):
            return FinalOutcome("failed", "too many mails wait for another attempt")
        while True:
            await self._known.wait()
            await self._absence.over(deadline(mail))
            if (found := self._known.obstacle(mail) or self._stop_of(mail)) is not None:
                return found
            if not is_its_turn:
                group = domain_group(self._known.address(mail.person) or "")
                await sleep_until(self._pace.turn(group, self._clock()), self._clock)
                is_its_turn = True
            elif (tomorrow := await self._day_is_full(mail)) is not None:
                if tomorrow > deadline(mail):
                    return FinalOutcome(
                        "expired", "the mails of today are handed over, and it holds no longer"
                    )
                await sleep_until(tomorrow, self._clock)
            elif await self._is_connected(mail, group):
                return Ready(address_hash(self._known.address(mail.person) or ""))

    async def _waited(self, request: Prepare) -> bool:
        """Wait until the time of another attempt; False when too many mails do."""
        if request.not_before <= self._clock():
            return True
        if self._waiting >= MOST_WAITING:
            return False
        self._waiting += 1
        try:
            await sleep_until(request.not_before, self._clock)
        finally:
            self._waiting -= 1
        return True

    def _stop_of(self, mail: Email) -> FinalOutcome | None:
        """What becomes of a mail to a provider that refuses us, or whose turn comes too late."""
        address, now = self._known.address(mail.person) or "", self._clock()
        if (stop := self._pace.stop_of(address, now)) is not None:
            return FinalOutcome("failed", f"the provider refuses us: {stop.why}")
        if self._pace.next_turn(domain_group(address), now) > deadline(mail):
            return FinalOutcome("expired", "its turn comes too late")
        return None

    async def _day_is_full(self, mail: Email) -> int | None:
        """When the next day begins, if a new domain has sent its mails of today; None: the mail may go."""
        if self._today is None:
            return None
        await self._today.wait()
        return self._today.grant(mail_key(mail.decision_id), self._clock())

    async def _is_connected(self, mail: Email, group: str) -> bool:
        """Wait for a place among those that are handed over; whether there is a connection for it."""
        await self._places.take(mail.id, group)
        try:
            self._server.give_back(await self._server.connection())
        except ServerAway as error:
            self._places.free(mail.id)
            self._absence.note(str(error))
            return False
        self._absence.end()
        return True

    async def _hand(self, request: Hand) -> DeliveryResult:
        mail = request.mail
        address = self._known.address(mail.person) or ""
        self._places.keep(mail.id, domain_group(address))
        if (found := self._known.obstacle(mail)) is not None:
            return found
        if address_hash(address) != request.address:  # a bounce would be taken for one of the former address
            return TryLater(0, "the address has changed", counts=False)
        try:
            raw = raw_message(mail, address, self._origin, self._clock())
        except UnfitMail as error:
            log.error("no message can be made of a mail", mail=mail.id, why=str(error))
            return FinalOutcome("failed", str(error))
        try:
            return await self._transact(request, address, raw)
        except ServerAway as error:
            self._absence.note(str(error))
            return TryLater(0, without_addresses(str(error)), counts=False)

    async def _transact(self, request: Hand, address: str, raw: bytes) -> DeliveryResult:
        """Hand over; a connection that ended while nobody used it says nothing, and another one is taken."""
        while True:
            connection = await self._server.connection()
            self._absence.end()
            try:
                return await self._on(connection, request, address, raw)
            except Refused as error:
                return self._refused(request, error.reply, address)
            except Cut as error:
                if connection.is_new:
                    return self._again(request, "retry", f"the connection was cut: {error}")
            except Unanswered as error:
                log.error("nobody knows whether a mail was sent", mail=request.mail.id, why=str(error))
                return ToPark(f"no answer to the message: {without_addresses(str(error))}")
            finally:
                self._server.give_back(connection)

    async def _on(self, connection: Connection, request: Hand, address: str, raw: bytes) -> DeliveryResult:
        """One transaction; what is known is looked at again right before the message is sent."""
        mail = request.mail
        try:
            reference = self._origin.references.sign(mail.decision_id)
            sender = self._return_path.replace(TOKEN, reference)
            await connection.begin(sender, address, reference)
            if not self._known.is_current() or self._known.address(mail.person) != address:
                return TryLater(0, "what is known has changed", counts=False)
            if (found := self._known.obstacle(mail)) is not None:
                return found
            await connection.finish(raw)
        except asyncio.CancelledError:
            connection.close()
            raise
        self._pace.delivered(domain_group(address))
        return FinalOutcome("sent")

    def _refused(self, request: Hand, reply: SmtpReply, address: str) -> DeliveryResult:
        """What a refusal means for the mail, its person, and the mails to the same provider."""
        row, now = row_of(reply), self._clock()
        said = without_addresses(f"{reply.code} {reply.text} (to {reply.command.upper()})")[:MOST_DETAIL]
        meaning: Meaning = "unfit" if row is None else row.meaning
        if meaning == "slow":
            self._pace.slowed(domain_group(address), now)
        if meaning in {"retry", "slow", "full"}:
            return self._again(request, meaning, said)
        if meaning == "unfit":
            log.error("a server takes no such message", mail=request.mail.id, reply=said)
            return ToPark(f"refused for what it is: {said}")
        if meaning == "blocked":
            self._pace.refused(address, said, now)
            log.error("a provider refuses us", provider=domain_group(address), reply=said)
        if meaning == "refused":
            log.error("a server refuses a mail for what it is of us", mail=request.mail.id, reply=said)
        hashed = request.address if meaning == "suppress" else None
        if hashed is not None:
            self._known.suppress(hashed)
        return FinalOutcome(OUTCOME_OF[meaning], said, hashed)

    def _again(self, request: Hand, meaning: Meaning, why: str) -> DeliveryResult:
        """Another attempt after a while; none when the mail does not hold as long."""
        wait = self._retry_ms[min(request.attempt, len(self._retry_ms)) - 1]
        at = self._clock() + wait
        full = request.address if meaning == "full" else None
        detail = f"{why}, {request.attempt} attempts"[: MOST_DETAIL + 20]
        refused = FinalOutcome(OUTCOME_OF[meaning], detail, full=full)
        if at > deadline(request.mail):
            return refused
        # that its provider slows us says nothing of the mail: it only comes too late then
        return TryLater(at, why, late=None if meaning == "slow" else refused)


def metric_of(result: DeliveryResult) -> str:
    """The label of a result."""
    if isinstance(result, FinalOutcome):
        return result.outcome
    return "parked" if isinstance(result, ToPark) else "later"
