"""The paths of webhooks and their payloads."""

import base64
from typing import Any

from aiohttp import web

from deploy.embedded.airtable.bases import BaseData, TableWebhook
from deploy.embedded.airtable.errors import forbidden, not_there, table_error, unprocessable
from deploy.embedded.airtable.names import id_of, time_text
from deploy.embedded.airtable.record_endpoints import read_object
from deploy.embedded.airtable.service import TableService


class WebhookEndpoints:
    """Answers requests for the webhooks of a base."""

    def __init__(self, service: TableService) -> None:
        self._service = service

    def add_to(self, app: web.Application) -> None:
        """Add the paths to an application."""
        webhooks = "/v0/bases/{base}/webhooks"
        app.router.add_get(webhooks, self.list_webhooks)
        app.router.add_post(webhooks, self.create)
        app.router.add_get(webhooks + "/{webhook}/payloads", self.payloads)
        app.router.add_post(webhooks + "/{webhook}/refresh", self.refresh)
        app.router.add_delete(webhooks + "/{webhook}", self.delete)

    def _base(self, request: web.Request) -> BaseData:
        self._service.require("webhook:manage")
        return self._service.base(request.match_info["base"])

    def _webhook(self, request: web.Request) -> tuple[BaseData, TableWebhook]:
        base = self._base(request)
        webhook = base.webhooks.get(request.match_info["webhook"])
        if webhook is None or self._is_gone(webhook):
            raise not_there()
        return base, webhook

    def _is_gone(self, webhook: TableWebhook) -> bool:
        return self._service.settings.expired == "gone" and not self._is_alive(webhook)

    def _is_alive(self, webhook: TableWebhook) -> bool:
        return self._service.clock() < webhook.expires

    def _next_expiry(self) -> int:
        return self._service.clock() + int(self._service.settings.webhook_seconds * 1000)

    async def list_webhooks(self, request: web.Request) -> web.Response:
        """All webhooks of a base, those that have expired included."""
        webhooks = [each for each in self._base(request).webhooks.values() if not self._is_gone(each)]
        return web.json_response({"webhooks": [self._shown(webhook) for webhook in webhooks]})

    def _shown(self, webhook: TableWebhook) -> dict[str, Any]:
        return {
            "id": webhook.id,
            "areNotificationsEnabled": True,
            "cursorForNextPayload": len(webhook.payloads) + 1,
            "isHookEnabled": self._is_alive(webhook),
            "lastSuccessfulNotificationTime": None,
            "lastNotificationResult": None,
            "notificationUrl": webhook.url,
            "expirationTime": time_text(webhook.expires),
            "specification": webhook.specification,
        }

    async def create(self, request: web.Request) -> web.Response:
        """A new webhook."""
        base, asked = self._base(request), await read_object(request)
        specification = asked.get("specification")
        filters = specification.get("options", {}).get("filters") if isinstance(specification, dict) else None
        if not isinstance(filters, dict) or not filters.get("dataTypes"):
            raise unprocessable("INVALID_REQUEST_UNKNOWN", "specification.options.filters is not valid")
        scope = filters.get("recordChangeScope")
        if scope is not None and scope not in base.tables:
            raise forbidden()
        if len(base.webhooks) >= self._service.settings.most_webhooks:
            raise table_error(403, "TOO_MANY_WEBHOOKS_BY_OAUTH_INTEGRATION_IN_BASE", "Too many webhooks")
        id_ = id_of("ach", base.id, base.webhooks_made)
        entry = {"id": id_, "specification": specification, "expires": self._next_expiry()}
        url = asked.get("notificationUrl")
        self._service.commit({"kind": "webhook", "base": base.id, "url": url, **entry})
        secret = base64.b64encode(id_.encode()).decode()
        expires = time_text(base.webhooks[id_].expires)
        return web.json_response({"id": id_, "macSecretBase64": secret, "expirationTime": expires})

    async def payloads(self, request: web.Request) -> web.Response:
        """The payloads from a number on; asking for them makes a webhook that is alive live longer."""
        base, webhook = self._webhook(request)
        settings = self._service.settings
        try:
            first = max(1, int(request.query.get("cursor", 1)))
            most = min(int(request.query.get("limit", settings.page_payloads)), settings.page_payloads)
        except ValueError:
            raise unprocessable("INVALID_REQUEST_UNKNOWN", "cursor and limit are numbers") from None
        if self._is_alive(webhook):
            self._refresh(base, webhook)
        oldest = self._service.clock() - settings.webhook_seconds * 1000
        end = first - 1 + most
        payloads = [payload for at, payload in webhook.payloads[first - 1 : end] if at >= oldest]
        cursor = max(first, min(end, len(webhook.payloads)) + 1)
        body = {"cursor": cursor, "mightHaveMore": end < len(webhook.payloads), "payloads": payloads}
        return web.json_response(body)

    async def refresh(self, request: web.Request) -> web.Response:
        """A longer life for a webhook that has not expired."""
        base, webhook = self._webhook(request)
        if not self._is_alive(webhook):
            raise unprocessable("INVALID_HOOK", "The webhook is disabled")
        self._refresh(base, webhook)
        return web.json_response({"expirationTime": time_text(webhook.expires)})

    def _refresh(self, base: BaseData, webhook: TableWebhook) -> None:
        entry = {"kind": "refresh", "id": webhook.id, "expires": self._next_expiry()}
        self._service.commit({"base": base.id, **entry})

    async def delete(self, request: web.Request) -> web.Response:
        """No such webhook any more."""
        base, webhook = self._webhook(request)
        self._service.commit({"kind": "unhook", "base": base.id, "id": webhook.id})
        return web.Response()
