"""Starts MiniStack, which stands for AWS, with four things that AWS does and it does not.

- Alarms over several metrics (`Metrics` of AWS::CloudWatch::Alarm), of which the stack has two:
  here they are made as nothing but a name.
- ValidateTemplate with the address of a template in S3, which osls asks for.
- Events of a stack in their order also within one millisecond; osls waits for ever for the last one
  of a deployment if its first one comes after it.
- `cookies` in the events of an HTTP API, where AWS puts what the header `cookie` says.

Everything else is MiniStack's own, and the templates are as they are. Invocations are written
down, with their types, into the file that INVOCATIONS names.
"""

import datetime
import json
import os

import ministack.app
from ministack.core.responses import get_account_id, get_region
from ministack.services import lambda_svc
from ministack.services.cloudformation import handlers, provisioners, stacks

ALARM = provisioners._RESOURCE_HANDLERS["AWS::CloudWatch::Alarm"]
make_alarm = ALARM["create"]
validate = handlers._ACTION_HANDLERS["ValidateTemplate"]
run_for_api = lambda_svc._execute_function_with_config_scope
invoke = lambda_svc._invoke


def alarm(logical_id, properties, stack_name):
    if not properties.get("Metrics"):
        return make_alarm(logical_id, properties, stack_name)
    name = f"{stack_name}-{logical_id}"
    return name, {"Arn": f"arn:aws:cloudwatch:{get_region()}:{get_account_id()}:alarm:{name}"}


def now():
    return datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def validate_also_in_s3(parameters):
    template, error = handlers._resolve_template(parameters)
    return error or validate({**parameters, "TemplateBody": [template]})


def run_with_cookies(function, event):
    cookie = event.get("headers", {}).pop("cookie", None) if event.get("version") == "2.0" else None
    return run_for_api(function, event | {"cookies": cookie.split("; ")} if cookie else event)


async def invoke_and_tell(name, event, headers, *others, **more):
    how = {key.lower(): value for key, value in headers.items()}.get("x-amz-invocation-type", "RequestResponse")
    with open(os.environ["INVOCATIONS"], "a", encoding="utf-8") as told:
        told.write(json.dumps({"function": name, "how": how, "event": event}) + "\n")
    return await invoke(name, event, headers, *others, **more)


ALARM["create"] = alarm
handlers._ACTION_HANDLERS["ValidateTemplate"] = validate_also_in_s3
stacks.now_iso = now
lambda_svc._execute_function_with_config_scope = run_with_cookies
lambda_svc._invoke = invoke_and_tell
ministack.app.main()
