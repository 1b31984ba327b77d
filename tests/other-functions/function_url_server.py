"""For the tests alone: what a function URL does, so that function_url.py can be tried without a cloud."""
import os
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import function_url

HANDLERS = {
    '/register': function_url.register_handler,
    '/transport': function_url.transport_handler,
    '/cleanup': function_url.cleanup_handler,
}


class FunctionUrls(BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get('content-length', 0)))
        event = {
            'httpMethod': 'POST',
            'path': self.path,
            'queryString': {},
            'headers': dict(self.headers.items()),
            'body': body.decode(),
        }
        answer = HANDLERS[self.path](event, None)
        data = answer['body'].encode()
        self.send_response(answer['statusCode'])
        for name, value in answer['headers'].items():
            self.send_header(name, value)
        self.send_header('content-length', str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_):
        pass


if __name__ == '__main__':
    server = ThreadingHTTPServer(('127.0.0.1', int(os.environ.get('PORT', '9000'))), FunctionUrls)
    print(f'ready {server.server_port}', flush=True)
    server.serve_forever()
