"""Each function of a packaged template has a zip of its own, and it is its own."""

import json
import pathlib
import sys

resources = json.load(open(sys.argv[1], encoding="utf-8"))["Resources"]
functions = [each["Properties"] for each in resources.values() if each["Type"] == "AWS::Lambda::Function"]
assert len(functions) == 8, f"{len(functions)} functions"
for function in functions:
    zipped = pathlib.PurePosixPath(function["Code"]["S3Key"]).stem
    assert function["FunctionName"].endswith(f"-{zipped}"), f'{function["FunctionName"]} has the zip of {zipped}'
print("8 functions, each with its zip")
