"""The tools that deploy, called as the README calls them."""

import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys

import slack
from account import FUNCTIONS
from emulator import ROOT

CI = ROOT / "target" / "ci"
# The functions are built for this machine.
ARCHITECTURE = "x86_64"
# What the doctor rightly finds of MiniStack's CloudFormation: it leaves expiry and point-in-time recovery
# of tables out, and writes otherwise than AWS who may invoke a function.
MINISTACKS = re.compile(
    r"WRONG (table of [A-Z_]+: .*(point-in-time recovery is off|do not expire by expires_at)"
    r"|triggers of (ec2|sweeper): 0 rules of EventBridge may wake it, and \d should) -- "
)
# In seconds: `sam build` has the zips' build to look at.
LONGEST = 300


def run(command, emulator, cwd=ROOT, typed=None, may_fail=False):
    """What it says on standard output. If it fails, all it says is shown."""
    surroundings = emulator.environment() | {"SAM_CLI_TELEMETRY": "0", "SLS_TELEMETRY_DISABLED": "1", "SLS_NOTIFICATIONS_MODE": "off"}
    surroundings["PATH"] = f"{pathlib.Path(sys.executable).parent}:{CI}/node/node_modules/.bin:{os.environ['PATH']}"
    words = " ".join(map(str, command))
    with subprocess.Popen([str(word) for word in command], cwd=cwd, env=surroundings, text=True, start_new_session=True,
                          stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as running:
        try:
            out, err = running.communicate(typed or "", timeout=LONGEST)
        except BaseException:
            # With whatever it started.
            os.killpg(running.pid, signal.SIGKILL)
            raise
    assert may_fail or running.returncode == 0, f"{words}\n{out[-6000:]}\n{err[-6000:]}"
    return out


def secrets(emulator, stage):
    """What an operator types after the question for each value."""
    typed = f"{slack.CLIENT_ID}\n{slack.CLIENT_SECRET}\n{slack.SIGNING_SECRET}\n"
    told = run(["cargo", "admin", "secrets", "--stage", stage], emulator, typed=typed)
    assert told.count("wrote ") == 3 and f"made /bellhop/{stage}/token_keys" in told, told


def doctor(emulator, stack, stage, url):
    """Whatever it finds wrong must be MiniStack's."""
    told = run(["cargo", "admin", "doctor", "--stack", stack, "--stage", stage, "--url", url], emulator, may_fail=True)
    lines = told.splitlines()
    right = [line for line in lines if line.startswith("ok ")]
    wrong = [line for line in lines if line.startswith("WRONG ") and not MINISTACKS.match(line)]
    assert len(right) >= 30 and not wrong and f"{len(right)} right" in lines[-1], told
    print(f"cargo admin doctor: {lines[-1]}; MiniStack's tables and triggers are not as AWS's")


def osls(emulator, parameters):
    """Deploys the stack `bellhop` from a copy of serverless.yml, beside which osls writes its own files."""
    place = emulator.place / "osls"
    (place / "target").mkdir(parents=True)
    shutil.copy(ROOT / "serverless.yml", place)
    shutil.copytree(ROOT / "zips", place / "zips", symlinks=True)
    (place / "target" / "lambda").symlink_to(ROOT / "target" / "lambda")
    given = [word for name, value in parameters.items() for word in ("--param", f"{name}={value}")]
    run(["osls", "deploy", "--param", f"architecture={ARCHITECTURE}", *given], emulator, cwd=place)
    return json.loads((place / ".serverless" / "cloudformation-template-update-stack.json").read_text(encoding="utf-8"))


def cargo_lambda(emulator, function):
    told = run(["cargo", "lambda", "deploy", function], emulator)
    assert function in told, told


def sam(emulator, stack, parameters):
    """`sam build` and `sam deploy`; the answers that --guided would ask for come as options."""
    built, given = emulator.place / "sam", [f"{name}={value}" for name, value in parameters.items()]
    given.append(f"Architecture={ARCHITECTURE}")
    run(["sam", "build", "--config-env", "ci", "--build-dir", built, "--parameter-overrides", *given], emulator)
    run(["sam", "deploy", "--template-file", built / "template.yaml", "--config-env", "ci", "--stack-name", stack, "--resolve-s3",
         "--capabilities", "CAPABILITY_IAM", "--no-confirm-changeset", "--no-progressbar", "--parameter-overrides", *given], emulator)


def check_zips():
    """The eight zips are there, and no others; how large they are."""
    places = {place.parent.name: place for place in (ROOT / "target" / "lambda").glob("*/bootstrap.zip")}
    assert sorted(places) == sorted(FUNCTIONS), f"zips of {sorted(places)}"
    for name, place in sorted(places.items()):
        print(f"{name:13}{place.stat().st_size / 1e6:6.2f} MB zipped")
