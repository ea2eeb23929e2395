"""Deploys the real zips onto an AWS by other people, and looks whether the app works there.

Usage: python .ci/deployments zips | osls | sam
"""

import contextlib
import io
import shutil
import sys
import zipfile

import yaml

import story
import tools
from account import FUNCTIONS, Account
from emulator import REGION, emulator
from front import Front
from slack import Slack
from ways import Invoked, OverHttp

VERSION = {"bellhop": "version"}


@contextlib.contextmanager
def world(name):
    """An empty AWS, and Slack, that end with this."""
    place = tools.CI / "deployments" / name
    shutil.rmtree(place, ignore_errors=True)
    with emulator(place) as aws, Slack() as slack:
        yield aws, slack, Account(aws.url)


def every_function_runs_its_zip(account, stack):
    for name in FUNCTIONS:
        function = f"{stack}-{name}"
        account.runs_the_zip(function, name)
        told = account.configuration(function)
        assert told["Architectures"] == [tools.ARCHITECTURE] and told["Runtime"] == "provided.al2023", told
        assert account.invoke(function, VERSION).get("version"), function
    print(f"{stack}: {len(FUNCTIONS)} functions, each with its zip, and each answers")


def by_osls():
    with world("osls") as (aws, slack, account), Front(aws.port) as front:
        tools.secrets(aws, "prod")
        template = tools.osls(aws, {"slackApiUrl": f"{slack.url}/api", "regions": REGION, "publicUrl": front.url, "alarmEmail": "ann@example.org"})
        account.stack_is_complete("bellhop", template)
        every_function_runs_its_zip(account, "bellhop")
        front.api = account.resource("bellhop", "HttpApi")
        way = OverHttp(front.url)
        story.install(way, slack)
        story.start(way, "bellhop", account, slack, aws)
        tools.doctor(aws, "bellhop", "prod", front.url)
        by_cargo_lambda(aws, account)


def by_cargo_lambda(aws, account):
    """Every function of the stack gets other code, and then, by cargo lambda, that of the zips again."""
    before = {name: account.configuration(f"bellhop-{name}") for name in FUNCTIONS}
    for name in FUNCTIONS:
        function = f"bellhop-{name}"
        account.client("lambda").update_function_code(FunctionName=function, ZipFile=another_program())
        tools.cargo_lambda(aws, function)
        after = account.configuration(function)
        assert after == before[name], f"{function} was\n{before[name]}\nand is\n{after}"
    every_function_runs_its_zip(account, "bellhop")
    print("cargo lambda deploy: new code for each, and memory, variables, role and architecture as they were")


def another_program():
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr("bootstrap", "#!/bin/sh\nexit 1\n")
    return held.getvalue()


def by_sam():
    with world("sam") as (aws, slack, account):
        tools.secrets(aws, "dev")
        tools.sam(aws, "bellhop-dev", {"Stage": "dev", "Regions": REGION, "SlackApiUrl": f"{slack.url}/api", "AlarmEmail": "ann@example.org"})
        account.stack_is_complete("bellhop-dev", {"Resources": resources()})
        every_function_runs_its_zip(account, "bellhop-dev")
        way = Invoked(account, "bellhop-dev")
        story.install(way, slack)
        story.start(way, "bellhop-dev", account, slack, aws)


def resources():
    """The names of the template's resources, whatever its tags mean."""
    class Loader(yaml.SafeLoader):
        pass

    Loader.add_multi_constructor("!", lambda loader, suffix, node: None)
    return yaml.load((tools.ROOT / "template.yaml").read_text(encoding="utf-8"), Loader)["Resources"]


{"zips": tools.check_zips, "osls": by_osls, "sam": by_sam}[sys.argv[1]]()
