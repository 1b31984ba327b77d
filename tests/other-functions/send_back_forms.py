"""Pushes as functions for the documented contract do: to each URL of the arguments, in each way that it can be sent."""
import http.client
import json
import sys
import urllib.parse
import urllib.request

CONNECTION, *URLS = sys.argv[1:]


def message(text):
    return json.dumps({'websocket': {
        'action': 'data send', 'secConnectionID': CONNECTION, 'dataType': 'text', 'data': text}})


def by_urllib(url):
    request = urllib.request.Request(url, data=message('urllib ' + url).encode(), method='POST')
    return json.load(urllib.request.urlopen(request))['errNo']


def by_http_client(url):
    parts = urllib.parse.urlsplit(url)
    connection = http.client.HTTPConnection(parts.netloc)
    path = parts.path + ('?' + parts.query if parts.query else '')
    connection.request('POST', path, message('http.client ' + url), {'Content-Type': 'application/json'})
    return json.load(connection.getresponse())['errNo']


def by_requests(url):
    import requests  # the way of the official samples
    return requests.post(url, data=message('requests ' + url)).json()['errNo']


try:
    import requests  # noqa: F401
    WAYS = [by_urllib, by_http_client, by_requests]
except ImportError:
    WAYS = [by_urllib, by_http_client]

for each in URLS:
    for way in WAYS:
        print(way(each))
