"""Whether a call comes from our gateway: https://www.standardwebhooks.com, with the standard library alone."""
import base64
import hashlib
import hmac
import time

TOLERANCE_SECONDS = 300


def is_from_gateway(headers, body, secret):
    """`headers`: names in lower case. `body`: the bytes as they came. `secret`: the gateway's SIGNING_SECRET."""
    call_id = headers.get('webhook-id', '')
    timestamp = headers.get('webhook-timestamp', '')
    if not timestamp.isdecimal() or len(timestamp) > 12:
        return False
    if abs(time.time() - int(timestamp)) > TOLERANCE_SECONDS:
        return False
    # A secret that begins with whsec_ is base64 after it, any other is its bytes.
    key = base64.b64decode(secret[6:]) if secret.startswith('whsec_') else secret.encode()
    signed = f'{call_id}.{timestamp}.'.encode() + body
    expected = 'v1,' + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    # Several signatures, with a space between, while a secret is being changed.
    given = headers.get('webhook-signature', '').split(' ')
    return any(hmac.compare_digest(each.encode(), expected.encode()) for each in given)
