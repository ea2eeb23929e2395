"""A custom domain in front of the API: hands every request to API Gateway's own name."""

import http.client
import http.server

from served import Served


class Front(Served):
    """At `url`; `api` is the API's id, once there is one."""

    def __init__(self, emulator_port):
        self.api, self.emulator_port = None, emulator_port
        super().__init__(handler(self))


def handler(front):
    class Handler(http.server.BaseHTTPRequestHandler):
        def hand_on(self):
            body = self.rfile.read(int(self.headers.get("content-length") or 0))
            headers = {name: value for name, value in self.headers.items() if name.lower() not in ("host", "connection")}
            headers["host"] = f"{front.api}.execute-api.localhost"
            gateway = http.client.HTTPConnection("127.0.0.1", front.emulator_port, timeout=60)
            try:
                gateway.request(self.command, self.path, body, headers)
                answer = gateway.getresponse()
                content = answer.read()
            finally:
                gateway.close()
            self.send_response(answer.status)
            for name, value in answer.getheaders():
                if name.lower() not in ("content-length", "transfer-encoding", "connection", "date", "server"):
                    self.send_header(name, value)
            self.send_header("content-length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = do_HEAD = hand_on

        def log_message(self, *_):
            pass

    return Handler
