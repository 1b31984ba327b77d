"""New: serves the owner's functions at /register, /transport and /cleanup, on a server of one's own."""
import json
import os
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import cleanup
import register
import transport
from signature import is_from_gateway

SIGNING_SECRET = os.environ['SIGNING_SECRET']
FUNCTIONS = {
    '/register': register.main_handler,
    '/transport': transport.main_handler,
    '/cleanup': cleanup.main_handler,
}


class Functions(BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'  # the gateway keeps its connections

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get('content-length', 0)))
        headers = {name.lower(): value for name, value in self.headers.items()}
        function = FUNCTIONS.get(self.path)
        if function is None:
            self.answer(404, {'errNo': 404, 'errMsg': 'no such function'})
        elif not is_from_gateway(headers, body, SIGNING_SECRET):
            self.answer(401, {'errNo': 401, 'errMsg': 'not signed by the gateway'})
        else:
            self.answer(200, function(json.loads(body), None))

    def answer(self, status, value):
        body = json.dumps(value).encode()
        self.send_response(status)
        self.send_header('content-type', 'application/json')
        self.send_header('content-length', str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


if __name__ == '__main__':
    address = (os.environ.get('HOST', '127.0.0.1'), int(os.environ.get('PORT', '9000')))
    server = ThreadingHTTPServer(address, Functions)
    print(f'ready {server.server_port}', flush=True)
    server.serve_forever()
