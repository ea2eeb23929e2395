"""What happens in a deployed stack: a workspace installs the app, and somebody writes to it."""

import json
import time
import urllib.parse

from slack_sdk.signature import SignatureVerifier

import slack
from emulator import ROOT, wait


def install(way, world):
    """Add to Slack, as a browser does it: there, to Slack, and back with a code and the cookie."""
    status, headers, body = way.ask("GET", "/slack/install")
    assert status == 302, (status, body)
    to = urllib.parse.urlsplit(headers["location"])
    asked = dict(urllib.parse.parse_qsl(to.query))
    assert f"{to.scheme}://{to.netloc}{to.path}" == f"{world.url}/oauth/v2/authorize", headers["location"]
    assert asked["client_id"] == slack.CLIENT_ID, asked
    world.scopes = asked["scope"]
    back = urllib.parse.urlsplit(asked["redirect_uri"]).path
    cookie = headers["set-cookie"].split(";")[0]
    query = urllib.parse.urlencode({"code": slack.CODE, "state": asked["state"]})
    status, _, body = way.ask("GET", back, query, cookie=cookie)
    assert status == 200 and "acme" in body, (status, body)
    status, _, body = way.ask("GET", back, query, cookie=cookie)
    assert status == 400, ("a state is good once", status, body)
    print("installed in acme by Add to Slack")


def mention(words):
    """The sample of a mention, as if ann had written `words` now."""
    sample = json.loads((ROOT / "events" / "events.app_mention.json").read_text(encoding="utf-8"))
    envelope, now = json.loads(sample["body"]), time.time()
    event = envelope["event"]
    typed = event["text"].split("> ", 1)[1]
    event["blocks"][0]["elements"][0]["elements"][1]["text"] = f" {words}"
    event["text"] = event["text"].replace(typed, words)
    event["ts"] = event["event_ts"] = f"{now:.6f}"
    envelope["event_time"], envelope["event_id"] = int(now), f"Ev{int(now * 1000)}"
    return json.dumps(envelope)


def signed(body, secret=slack.SIGNING_SECRET):
    """The headers that Slack's own SDK makes."""
    timestamp = str(int(time.time()))
    signature = SignatureVerifier(secret).generate_signature(timestamp=timestamp, body=body)
    return {"content-type": "application/json", "x-slack-request-timestamp": timestamp, "x-slack-signature": signature}


def start(way, stack, account, world, emulator):
    """Ann writes `@bellhop start web-1`, and web-1 runs. (MiniStack's EC2 takes a dry run for the
    real thing, and starting is what the app does without one.)"""
    instance, body = account.stopped_instance("web-1"), mention("start web-1")
    for headers in ({"content-type": "application/json"}, signed(body, "6" * 32)):
        status, _, answer = way.ask("POST", "/slack/events", headers=headers, body=body)
        assert status == 401 and not answer, (status, answer)
    assert not account.jobs(stack), "there is a job that Slack did not sign"
    status, _, answer = way.ask("POST", "/slack/events", headers=signed(body), body=body)
    assert status == 200, (status, answer)
    jobs = account.jobs(stack)
    assert len(jobs) == 1, f"{len(jobs)} jobs"
    job = next(iter(jobs))
    assert job.startswith("ec2#"), job
    woken = [each for each in emulator.invocations() if each["function"].endswith(f"{stack}-ec2") and each["how"] == "Event"]
    assert any(job in json.dumps(each["event"]) for each in woken), f"nobody woke the worker: {woken}"

    def end():
        status = account.jobs(stack)[job][0]
        return status if status in ("done", "failed", "unknown", "denied", "expired", "parked") else None

    last = wait(end, 60, lambda: f"the job stays {account.jobs(stack)[job]}, Slack was told {world.calls}")
    assert last == "done", (last, account.jobs(stack)[job], world.calls)
    assert account.state(instance) == "running", account.state(instance)
    said = world.said()
    assert said and "running" in json.dumps(said[-1]) and all(each["channel"] == "C0OPS00001" for each in said), said
    print(f"a signed event: the job {job}; {stack}-ec2 invoked as Event; {instance} started, and Slack told so; job done")
