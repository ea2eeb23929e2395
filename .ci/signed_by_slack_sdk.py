"""Knocks at a running Bellhop with a signature that Slack's own SDK made.

Usage: signed_by_slack_sdk.py '<the line that `cargo dev --json` prints>'
"""

import json
import sys
import time
import urllib.error
import urllib.parse
import urllib.request

from slack_sdk.signature import SignatureVerifier

COMMAND = urllib.parse.urlencode({
    "team_id": "T0ACME0001", "channel_id": "C0RANDOM01", "user_id": "U0ANN00001", "command": "/reverse", "text": "",
    "response_url": "https://hooks.slack.com/commands/T0ACME0001/1/x", "trigger_id": "1.2.signed-by-the-sdk",
})
BODY = json.dumps({"token": "x", "challenge": "3eZbrw1aBm2rZgRNFdxV2595E9CY3gmdALWMmHkvFXO7tYXAYM8P", "type": "url_verification"})


def knock(url, headers, body=BODY, kind="application/json"):
    request = urllib.request.Request(url, body.encode(), {"content-type": kind, **headers})
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def signed(secret, timestamp, body):
    signature = SignatureVerifier(secret).generate_signature(timestamp=timestamp, body=body)
    return {"x-slack-request-timestamp": timestamp, "x-slack-signature": signature}


def main():
    places = json.loads(sys.argv[1])
    now = str(int(time.time()))
    late = str(int(now) - 301)
    secret = places["signing_secret"]
    for path, body, kind in [
        ("/slack/events", BODY, "application/json"),
        ("/slack/commands", COMMAND, "application/x-www-form-urlencoded"),
        ("/slack/interactions", urllib.parse.urlencode({"payload": '{"type":"shortcut"}'}), "application/x-www-form-urlencoded"),
    ]:
        status, answer = knock(places["app"] + path, signed(secret, now, body), body, kind)
        assert status == 200, (path, status, answer)
        if body is BODY:
            assert json.loads(answer) == {"challenge": json.loads(BODY)["challenge"]}, answer
        for headers in ({}, signed("another", now, body), signed(secret, late, body)):
            status, answer = knock(places["app"] + path, headers, body, kind)
            assert status == 401 and not answer, (path, status, answer)
    print("events, commands and interactions: let in when Slack's SDK signs, refused unsigned, missigned and late")


main()
