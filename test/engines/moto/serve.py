"""Serves the AWS API on a free loopback port; says which, and which services, in one line of JSON; ends when its input does."""

import json
import os
import sys
import threading

from moto.backend_index import backend_url_patterns
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, MotoRequestHandler, create_backend_app
from werkzeug.serving import make_server


class Quiet(MotoRequestHandler):
    def log_request(self, *_arguments):
        pass


def end_with_parent():
    sys.stdin.buffer.read()
    os._exit(0)


server = make_server("127.0.0.1", 0, DomainDispatcherApplication(create_backend_app), threaded=True, request_handler=Quiet)
print(json.dumps({"port": server.server_port, "services": sorted({name for name, _ in backend_url_patterns})}), flush=True)
threading.Thread(target=end_with_parent, daemon=True).start()
server.serve_forever()
