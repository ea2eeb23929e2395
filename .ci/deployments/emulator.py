"""MiniStack, an AWS by other people, on 127.0.0.1 for as long as it is needed."""

import contextlib
import json
import os
import pathlib
import socket
import subprocess
import sys
import time
import urllib.request

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
# In MiniStack, an access key of twelve digits is the account.
ACCOUNT = "111122223333"
REGION = "eu-west-1"


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


class Emulator:
    def __init__(self, port, place):
        self.port, self.place = port, place
        self.url = f"http://127.0.0.1:{port}"

    def environment(self):
        """What makes any tool take it for AWS, and nothing of whoever runs this."""
        keep = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
        return keep | {
            "AWS_ENDPOINT_URL": self.url,
            "AWS_ACCESS_KEY_ID": ACCOUNT,
            "AWS_SECRET_ACCESS_KEY": "any",
            "AWS_REGION": REGION,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_CONFIG_FILE": "/dev/null",
            "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
            "HOME": str(self.place),
            # Where zig's linker is put. With another one, cargo would build everything anew.
            "XDG_CACHE_HOME": str(ROOT / "target" / "ci" / "cache"),
        } | {name: os.environ.get(name, str(pathlib.Path.home() / default))
             for name, default in (("CARGO_HOME", ".cargo"), ("RUSTUP_HOME", ".rustup"))}

    def invocations(self):
        """Who was invoked through Lambda's API, and how."""
        return [json.loads(line) for line in (self.place / "invocations").read_text(encoding="utf-8").splitlines()]

    def log(self):
        return (self.place / "ministack.log").read_text(encoding="utf-8", errors="replace")


@contextlib.contextmanager
def emulator(place):
    """One that is empty. Whatever it writes, it writes into `place`."""
    (place / "tmp").mkdir(parents=True)
    here = Emulator(free_port(), place)
    surroundings = here.environment() | {
        "INVOCATIONS": str(place / "invocations"),
        "BIND_HOST": "127.0.0.1",
        "GATEWAY_PORT": str(here.port),
        # It would listen everywhere for these two.
        "SFTP_ENABLED": "0",
        "IOT_MTLS_ENABLED": "0",
        "LAMBDA_EXECUTOR": "local",
        "DOCKER_HOST": f"unix://{place}/no-docker",
        "MINISTACK_ACCOUNT_ID": ACCOUNT,
        "MINISTACK_REGION": REGION,
        "TMPDIR": str(place / "tmp"),
        "S3_DATA_DIR": str(place / "s3"),
        "STATE_DIR": str(place / "state"),
    }
    (place / "invocations").touch()
    with open(place / "ministack.log", "wb") as log:
        server = subprocess.Popen([sys.executable, str(HERE / "ministack_server.py")], cwd=place, env=surroundings,
                                  stdin=subprocess.DEVNULL, stdout=log, stderr=log)
    try:
        wait(lambda: answers(here, server), 60, "MiniStack does not start")
        yield here
    finally:
        server.terminate()
        try:
            server.wait(20)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def answers(here, server):
    assert server.poll() is None, f"MiniStack ended:\n{here.log()[-2000:]}"
    try:
        with urllib.request.urlopen(f"{here.url}/_ministack/health", timeout=5) as answer:
            return answer.status == 200
    except OSError:
        return False


def wait(until, seconds, otherwise):
    """Looks again until there is something, and gives it back."""
    end = time.monotonic() + seconds
    while True:
        found = until()
        if found:
            return found
        assert time.monotonic() < end, otherwise() if callable(otherwise) else otherwise
        time.sleep(0.2)
