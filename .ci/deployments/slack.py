"""As much of Slack as one installation and one command need, on 127.0.0.1, and what it was asked."""

import base64
import http.server
import json
import urllib.parse

from served import Served

# The workspace, the bot and the person of the sample events.
TEAM, BOT, ANN = "T0ACME0001", "U0BELLHOP1", "U0ANN00001"
CODE, TOKEN = "4711.0815.code", "xoxb-1-2-deployed"
# Of the form that Slack gives them.
CLIENT_ID, CLIENT_SECRET, SIGNING_SECRET = "1234567890.9876543210", "c" * 32, "5" * 32


class Slack(Served):
    """What it was called for, as (method, fields) in `calls`; the scopes it was asked for in `scopes`."""

    def __init__(self):
        self.calls, self.scopes = [], ""
        super().__init__(handler(self))

    def said(self):
        return [fields for method, fields in self.calls if method in ("chat.postMessage", "chat.update")]

    def answer(self, method, authorization, fields):
        if method == "api.test":
            return {"ok": True}
        if method == "oauth.v2.access":
            return self.grant(authorization, fields)
        if authorization != f"Bearer {TOKEN}":
            return {"ok": False, "error": "invalid_auth"}
        self.calls.append((method, fields))
        if method == "auth.test":
            return {"ok": True, "team": "acme", "team_id": TEAM, "user": "bellhop", "user_id": BOT, "bot_id": "B0BELLHOP1"}
        if method == "users.info" and fields.get("user") == ANN:
            flags = dict.fromkeys(("deleted", "is_bot", "is_restricted", "is_ultra_restricted", "is_app_user"), False)
            return {"ok": True, "user": {"id": ANN, "team_id": TEAM, "name": "ann", "is_admin": True, **flags}}
        if method == "conversations.info":
            flags = {"is_channel": True, "is_member": True, "is_archived": False, "is_ext_shared": False}
            return {"ok": True, "channel": {"id": fields.get("channel"), "name": "ops", **flags}}
        if method == "chat.postMessage":
            return {"ok": True, "channel": fields["channel"], "ts": f"1800000000.{len(self.calls):06}"}
        if method == "chat.update":
            return {"ok": True, "channel": fields["channel"], "ts": fields["ts"]}
        return {"ok": False, "error": "unknown_method"}

    def grant(self, authorization, fields):
        basic = base64.b64encode(f"{CLIENT_ID}:{CLIENT_SECRET}".encode()).decode()
        if authorization != f"Basic {basic}":
            return {"ok": False, "error": "bad_client_secret"}
        if fields.get("code") != CODE:
            return {"ok": False, "error": "invalid_code"}
        return {
            "ok": True, "app_id": "A0BELLHOP1", "authed_user": {"id": ANN}, "scope": self.scopes, "token_type": "bot",
            "access_token": TOKEN, "bot_user_id": BOT, "team": {"id": TEAM, "name": "acme"}, "enterprise": None,
            "is_enterprise_install": False,
        }


def handler(slack):
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers.get("content-length") or 0)).decode()
            is_json = "json" in (self.headers.get("content-type") or "")
            fields = json.loads(body) if is_json else dict(urllib.parse.parse_qsl(body))
            method = urllib.parse.urlsplit(self.path).path.removeprefix("/api/")
            answer = json.dumps(slack.answer(method, self.headers.get("authorization"), fields)).encode()
            self.send_response(200)
            self.send_header("content-type", "application/json; charset=utf-8")
            self.send_header("x-oauth-scopes", slack.scopes)
            self.send_header("content-length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_):
            pass

    return Handler
