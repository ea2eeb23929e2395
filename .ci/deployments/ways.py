"""Two ways to a function: over HTTP through API Gateway, and by an event of `events/`, invoked directly."""

import http.client
import json
import urllib.parse

from emulator import ROOT


class OverHttp:
    """Through the API, as browsers and Slack come."""

    def __init__(self, url):
        self.host = urllib.parse.urlsplit(url).netloc

    def ask(self, method, path, query="", headers=None, body="", cookie=None):
        """The answer's status, its headers by their small names, and its body."""
        sent = dict(headers or {}) | ({"cookie": cookie} if cookie else {})
        connection = http.client.HTTPConnection(self.host, timeout=60)
        connection.request(method, f"{path}?{query}" if query else path, body.encode(), sent)
        answer = connection.getresponse()
        text = answer.read().decode()
        connection.close()
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}, text


class Invoked:
    """Without an API: the sample of that route, with what is asked in it."""

    SAMPLES = {
        "/slack/install": ("install", "install.begin"),
        "/slack/oauth_redirect": ("install", "install.redirect"),
        "/slack/events": ("events", "events.app_mention"),
    }

    def __init__(self, account, stack):
        self.account, self.stack = account, stack

    def ask(self, method, path, query="", headers=None, body="", cookie=None):
        function, sample = self.SAMPLES[path]
        event = json.loads((ROOT / "events" / f"{sample}.json").read_text(encoding="utf-8"))
        assert event["requestContext"]["http"]["method"] == method, sample
        for name in ("x-slack-request-timestamp", "x-slack-signature"):
            event["headers"].pop(name, None)
        event["headers"].update(headers or {})
        event["rawQueryString"] = query
        event["queryStringParameters"] = dict(urllib.parse.parse_qsl(query))
        event.pop("cookies", None)
        event |= {"cookies": [cookie]} if cookie else {}
        event |= {"body": body, "isBase64Encoded": False} if body else {}
        answer = self.account.invoke(f"{self.stack}-{function}", event)
        told = {name.lower(): value for name, value in (answer.get("headers") or {}).items()}
        told |= {"set-cookie": answer["cookies"][0]} if answer.get("cookies") else {}
        return answer["statusCode"], told, answer.get("body") or ""
