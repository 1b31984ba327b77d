# Runs in a process of its own: loads one event function in Python and calls it, one event after another. What runner.cjs
# says through a channel goes line by line over file descriptors 3 (in) and 4 (out).
# usage: python3 runner.py folder handler
import importlib, json, os, sys, traceback

folder, handler = sys.argv[1:3]
sys.path.insert(0, folder)
inlet, outlet = os.fdopen(3), os.fdopen(4, 'w')


def tell(message):
    outlet.write(json.dumps(message) + '\n')
    outlet.flush()


call, problem = None, None
try:
    module, _, name = handler.rpartition('.')
    call = getattr(importlib.import_module(module), name)
except (ModuleNotFoundError, AttributeError) as error:
    problem = {'status': 437, 'message': f'handler {handler} not found: {error}'}
except Exception:
    problem = {'status': 443, 'message': traceback.format_exc()}
tell({'ready': True})
for line in inlet:
    asked = json.loads(line)
    try:
        answer = problem or {'status': 200, 'answer': json.dumps(call(asked['event'], asked['context']))}
    except Exception:
        answer = {'status': 430, 'message': traceback.format_exc()}
    sys.stdout.flush()
    tell({'id': asked['id'], **answer, 'memory': 0})
