"""Knocks at a running Bellhop with a signature that Slack's own SDK made.

Usage: signed_by_slack_sdk.py '<the line that `cargo dev --json` prints>'
"""

import json
import sys
import time
import urllib.error
import urllib.request

from slack_sdk.signature import SignatureVerifier

BODY = json.dumps({"token": "x", "challenge": "3eZbrw1aBm2rZgRNFdxV2595E9CY3gmdALWMmHkvFXO7tYXAYM8P", "type": "url_verification"})


def knock(where, headers):
    request = urllib.request.Request(where + "/slack/events", BODY.encode(), {"content-type": "application/json", **headers})
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def main():
    places = json.loads(sys.argv[1])
    now = str(int(time.time()))
    signature = SignatureVerifier(places["signing_secret"]).generate_signature(timestamp=now, body=BODY)
    signed = {"x-slack-request-timestamp": now, "x-slack-signature": signature}
    other = {**signed, "x-slack-signature": SignatureVerifier("another").generate_signature(timestamp=now, body=BODY)}
    status, body = knock(places["app"], signed)
    assert status == 200 and json.loads(body) == {"challenge": json.loads(BODY)["challenge"]}, (status, body)
    for headers in ({}, other, {**signed, "x-slack-request-timestamp": str(int(now) - 301)}):
        status, body = knock(places["app"], headers)
        assert status == 401 and "challenge" not in body, (status, body)
    print("url_verification: answered when Slack's SDK signs it, refused unsigned, missigned and late")


main()
