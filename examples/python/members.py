"""Who is connected: one file with an id per line, as small chat rooms keep it."""
import fcntl
import os

FILE = os.environ['MEMBERS_FILE']


def add(connection_id):
    _change(lambda ids: ids + [connection_id])


def remove(connection_id):
    _change(lambda ids: [each for each in ids if each != connection_id])


def listed():
    return _change(lambda ids: ids)


def _change(change):
    with open(FILE, 'a+', encoding='utf-8') as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.seek(0)
        ids = change(file.read().split())
        file.seek(0)
        file.truncate()
        file.write('\n'.join(ids))
        return ids
