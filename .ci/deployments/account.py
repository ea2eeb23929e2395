"""The account as AWS's own SDK for Python sees it."""

import base64
import hashlib
import io
import json
import urllib.request
import zipfile

import boto3

from emulator import ACCOUNT, REGION, ROOT, wait

FUNCTIONS = ("commands", "ec2", "events", "install", "interactions", "standup", "sweeper", "text")


class Account:
    def __init__(self, url):
        self.url = url

    def client(self, service):
        return boto3.client(service, endpoint_url=self.url, region_name=REGION,
                            aws_access_key_id=ACCOUNT, aws_secret_access_key="any")

    def stack_is_complete(self, stack, template):
        """Every resource of the template is there, and is called complete."""
        told = self.client("cloudformation").describe_stacks(StackName=stack)["Stacks"][0]
        assert told["StackStatus"] in ("CREATE_COMPLETE", "UPDATE_COMPLETE"), told
        made = self.client("cloudformation").describe_stack_resources(StackName=stack)["StackResources"]
        states = {each["LogicalResourceId"]: each["ResourceStatus"] for each in made}
        missing = set(template["Resources"]) - set(states)
        assert not missing, f"{stack} lacks {missing}"
        unfinished = {name: state for name, state in states.items() if not state.endswith("_COMPLETE") or "DELETE" in state}
        assert not unfinished, f"in {stack}: {unfinished}"
        print(f"{stack}: {told['StackStatus']}, {len(states)} resources")

    def resource(self, stack, name):
        told = self.client("cloudformation").describe_stack_resource(StackName=stack, LogicalResourceId=name)
        return told["StackResourceDetail"]["PhysicalResourceId"]

    def configuration(self, function):
        """What the stack says of a function, without what belongs to its code. (MiniStack counts
        the version of $LATEST too, when one is published.)"""
        told = self.client("lambda").get_function_configuration(FunctionName=function)
        for key in ("Version", "CodeSha256", "CodeSize", "LastModified", "RevisionId", "ResponseMetadata", "State", "StateReason",
                    "StateReasonCode", "LastUpdateStatus", "LastUpdateStatusReason", "LastUpdateStatusReasonCode"):
            told.pop(key, None)
        return told

    def runs_the_zip(self, function, name):
        """The function's program is the one that was built, and Lambda's hash is that of what it holds."""
        told = self.client("lambda").get_function(FunctionName=function)
        with urllib.request.urlopen(told["Code"]["Location"], timeout=60) as answer:
            held = answer.read()
        digest = base64.b64encode(hashlib.sha256(held).digest()).decode()
        assert told["Configuration"]["CodeSha256"] == digest, f"{function}: {told['Configuration']['CodeSha256']} is not {digest}"
        built = ROOT / "target" / "lambda" / name / "bootstrap.zip"
        assert bootstrap(held) == bootstrap(built.read_bytes()), f"{function} does not run {built}"

    def invoke(self, function, event):
        answer = self.client("lambda").invoke(FunctionName=function, Payload=json.dumps(event).encode())
        payload = json.loads(answer["Payload"].read() or "null")
        assert "FunctionError" not in answer, f"{function} failed: {payload}"
        return payload

    def jobs(self, stack):
        """Each job's status and record by its id. What holds an instance for a job stands beside them."""
        items = self.client("dynamodb").scan(TableName=self.resource(stack, "Jobs"), ConsistentRead=True)["Items"]
        return {item["job_id"]["S"]: (item["status"]["S"], json.loads(item["record"]["S"])) for item in items if "status" in item}

    def stopped_instance(self, name):
        tags = [{"ResourceType": "instance", "Tags": [{"Key": "Name", "Value": name}]}]
        launch = {"ImageId": "ami-12345678", "MinCount": 1, "MaxCount": 1, "InstanceType": "t3.micro"}
        ec2 = self.client("ec2")
        made = ec2.run_instances(**launch, TagSpecifications=tags)["Instances"][0]["InstanceId"]
        ec2.stop_instances(InstanceIds=[made])
        wait(lambda: self.state(made) == "stopped", 30, f"{made} does not stop")
        return made

    def state(self, instance):
        told = self.client("ec2").describe_instances(InstanceIds=[instance])
        return told["Reservations"][0]["Instances"][0]["State"]["Name"]


def bootstrap(zipped):
    with zipfile.ZipFile(io.BytesIO(zipped)) as archive:
        assert archive.namelist() == ["bootstrap"], archive.namelist()
        return archive.read("bootstrap")
