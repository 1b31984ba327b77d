"""The owner's `register`, as it ran behind API Gateway."""
import members


def main_handler(event, context):
    if 'requestContext' not in event:
        return {'errNo': 101, 'errMsg': 'not found request context'}
    if 'websocket' not in event:
        return {'errNo': 102, 'errMsg': 'not found websocket'}
    connection_id = event['websocket']['secConnectionID']
    members.add(connection_id)
    return {
        'errNo': 0,
        'errMsg': 'ok',
        'websocket': {'action': 'connecting', 'secConnectionID': connection_id},
    }
