"""The owner's `transport`, as it ran behind API Gateway: what one says, everybody gets."""
import base64
import json
import os
import urllib.error
import urllib.parse
import urllib.request

import members

SEND_BACK_URL = os.environ['SEND_BACK_URL']


def main_handler(event, context):
    if 'websocket' not in event:
        return {'errNo': 102, 'errMsg': 'not found websocket'}
    websocket = event['websocket']
    for connection_id in members.listed():
        send(connection_id, websocket['dataType'], websocket['data'])
    return {'errNo': 0, 'errMsg': 'ok'}


def send(connection_id, data_type, data):
    message = {
        'websocket': {
            'action': 'data send',
            'secConnectionID': connection_id,
            'dataType': data_type,
            'data': data,
        }
    }
    answer = post(SEND_BACK_URL, message)
    # 90404 is what our gateway says of a connection that is gone; API Gateway's own answer was never documented.
    if answer.get('errNo') == 90404:
        members.remove(connection_id)


def post(url, message):
    """Does what `requests.post(url, json=message)` does, the password in the URL included."""
    parts = urllib.parse.urlsplit(url)
    headers = {'content-type': 'application/json'}
    if parts.password is not None:
        credentials = f'{parts.username}:{urllib.parse.unquote(parts.password)}'
        headers['authorization'] = 'Basic ' + base64.b64encode(credentials.encode()).decode()
        parts = parts._replace(netloc=parts.netloc.rpartition('@')[2])
    request = urllib.request.Request(urllib.parse.urlunsplit(parts), json.dumps(message).encode(), headers)
    try:
        with urllib.request.urlopen(request, timeout=3) as response:
            return json.load(response)
    except (urllib.error.URLError, TimeoutError) as error:
        print('not sent:', error, flush=True)
        return {}
