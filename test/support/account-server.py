#!/usr/bin/python3
"""A server that answers what it knows about itself. --exit=N: ends at once; --deaf: ignores signals, and has a child that left its session."""

import http.server
import json
import os
import signal
import subprocess
import sys
import urllib.parse

child = None
for option in sys.argv[1:]:
    if option.startswith("--exit="):
        print("cannot go on", flush=True)
        sys.exit(int(option.partition("=")[2]))
    if option == "--deaf":
        for deaf in (signal.SIGINT, signal.SIGTERM):
            signal.signal(deaf, signal.SIG_IGN)
        child = subprocess.Popen(["sleep", "1000"], start_new_session=True).pid


def end(number, _frame):
    print(f"ended by {signal.Signals(number).name}", flush=True)
    os._exit(0)


if child is None:
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, end)


class Tell(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        told = {
            "pid": os.getpid(),
            "child": child,
            "session": os.getsid(0),
            "uid": os.getresuid(),
            "gid": os.getresgid(),
            "groups": os.getgroups(),
            "cwd": os.getcwd(),
            "args": sys.argv[1:],
            "env": dict(os.environ),
        }
        self.send_response(200)
        self.end_headers()
        self.wfile.write(json.dumps(told).encode())

    def log_message(self, *_args):
        pass


url = urllib.parse.urlparse(os.environ["JUPYTERHUB_SERVICE_URL"])
http.server.HTTPServer((url.hostname, url.port), Tell).serve_forever()
