"""The owner's `cleanup`, as it ran behind API Gateway."""
import members


def main_handler(event, context):
    members.remove(event['websocket']['secConnectionID'])
    return {'errNo': 0, 'errMsg': 'ok'}
