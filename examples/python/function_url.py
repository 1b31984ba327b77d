"""New: puts the owner's functions behind function URLs. Each function's handler becomes one of those below."""
import base64
import json
import os

import cleanup
import register
import transport
from signature import is_from_gateway

SIGNING_SECRET = os.environ['SIGNING_SECRET']


def behind_url(handler):
    def main_handler(event, context):
        body = event['body'].encode()
        if str(event.get('isBase64Encoded', False)).lower() == 'true':
            body = base64.b64decode(body)
        headers = {name.lower(): value for name, value in event['headers'].items()}
        if not is_from_gateway(headers, body, SIGNING_SECRET):
            return answer(401, {'errNo': 401, 'errMsg': 'not signed by the gateway'})
        return answer(200, handler(json.loads(body), context))

    return main_handler


def answer(status, value):
    return {
        'isBase64Encoded': False,
        'statusCode': status,
        'headers': {'content-type': 'application/json'},
        'body': json.dumps(value),
    }


register_handler = behind_url(register.main_handler)
transport_handler = behind_url(transport.main_handler)
cleanup_handler = behind_url(cleanup.main_handler)
