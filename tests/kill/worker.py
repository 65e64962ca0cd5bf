"""An update in a process of its own, which says what it begins and what it has done.

Whoever reads may kill it at any line.
"""

import functools
import json
import sys

import pandas as pd

import hubframe
from hubframe.delivery.transport import Transport
from hubframe.journal import Journal
from hubframe.resuming import resume


def say(*words):
    sys.stdout.write(f"{' '.join(words)}\n")
    sys.stdout.flush()


def told(owner, name):
    method = getattr(owner, name)

    @functools.wraps(method)
    def saying(self, *given, **named):
        say("begin", name)
        result = method(self, *given, **named)
        say("done", name)
        return result

    setattr(owner, name, saying)


def told_request():
    method = Transport.request

    async def saying(self, verb, path, body=None):
        say("begin", path.rpartition("/")[2])
        answer = await method(self, verb, path, body)
        say("done", path.rpartition("/")[2])
        return answer

    Transport.request = saying


def main():
    url, token, frame, settings, arguments = sys.argv[1:]
    for name in ("keep", "sending", "settled"):
        told(Journal, name)
    told_request()
    given = json.loads(arguments)
    hubframe.connect(token, base_url=url, **json.loads(settings))
    say("connected")
    resumed = given.pop("resume", None)
    if resumed is not None:
        resume(resumed, progress=False)
    else:
        df = pd.read_csv(frame, dtype=str, keep_default_na=False).set_index("line")
        df.hubspot.batch_update("contacts", progress=False, **given)
    say("returned")


if __name__ == "__main__":
    main()
