"""As much of HubSpot as reading needs, in memory and in virtual time: a list, a search, batch reads.

How its list's cursors look, and what it makes of one it never gave, is nobody's business but HubSpot's: every way it
could be is here.
"""

from __future__ import annotations

import asyncio
import base64
import bisect
import dataclasses
import json
import random
from urllib.parse import parse_qs, urlsplit

from hubframe.connection import Connection, Token
from hubframe.delivery.messages import Answer
from hubframe.delivery.pacing import Pacer
from hubframe.reading_records.asking import Asker
from hubframe.reading_records.options import ReadOptions
from hubframe.reading_records.run import ReadRun

CURSORS = ("last id", "next id", "opaque", "ignored", "refused", "offset")
PATH = "/crm/objects/2026-03/contacts"


class FakeRecords:
    """Records by id. ``happens`` is called with the number of each request, before it is answered."""

    def __init__(
        self, ids, *, cursors="last id", latency=(0.1, 0.5), seed=0, searchable=True, page=100, happens=lambda _: None
    ):
        self.ids = sorted(ids)
        self.cursors, self.latency, self.searchable, self.page = cursors, latency, searchable, page
        self.random = random.Random(seed)
        self.happens = happens
        self.requests: list[tuple[str, dict]] = []
        self.on_the_way = self.most_on_the_way = 0
        self.given: dict[str, int] = {}  # cursors handed out, and the id each stands after
        self.numeric = True  # a search sorts ids as numbers
        self.underfilled = lambda number: False
        self.ends_early = lambda number, last: False  # a page of a list says that nothing follows it
        self.answers: dict[int, Answer] = {}  # by the number of the request

    async def request(self, method, path, body=None):
        parts = urlsplit(path)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        asked = json.loads(body) if body else query
        kind = parts.path.removeprefix(PATH).strip("/") or "list"
        self.requests.append((kind, asked))
        number = len(self.requests)
        self.happens(number)
        began = asyncio.get_running_loop().time()
        self.on_the_way += 1
        self.most_on_the_way = max(self.most_on_the_way, self.on_the_way)
        try:
            await asyncio.sleep(self.random.uniform(*self.latency))
        finally:
            self.on_the_way -= 1
        if number in self.answers:
            return self.answers[number]
        answer = {"list": self.list, "search": self.search, "batch/read": self.read}[kind](asked)
        return dataclasses.replace(answer, seconds=asyncio.get_running_loop().time() - began)

    def record(self, number):
        texts = {"hs_object_id": str(number), "name": f"n{number}"}
        return {"id": str(number), "properties": texts}

    def list(self, query):
        after = query.get("after", "")
        start = 0
        if after in self.given:
            start = bisect.bisect_right(self.ids, self.given[after])
        elif after:
            if self.cursors in ("opaque", "refused", "offset"):
                return Answer(400, {"message": f"Invalid paging cursor: {after}", "category": "VALIDATION_ERROR"})
            if self.cursors != "ignored":
                find = bisect.bisect_right if self.cursors == "last id" else bisect.bisect_left
                start = find(self.ids, int(after))
        found = self.ids[start : start + min(int(query["limit"]), self.page)]
        body = {"results": [self.record(one) for one in found]}
        if found and found[-1] != self.ids[-1] and not self.ends_early(len(self.requests), found[-1]):
            cursor = self.cursor(found[-1])
            self.given.setdefault(cursor, found[-1])
            body["paging"] = {"next": {"after": cursor}}
        return Answer(200, body)

    def cursor(self, last):
        if self.cursors == "opaque":
            return base64.b64encode(str(last).encode()).decode()
        if self.cursors == "offset":
            return str(bisect.bisect_right(self.ids, last))
        return str(last + 1 if self.cursors == "next id" else last)

    def search(self, asked):
        if not self.searchable:
            return Answer(400, {"message": "no search here"})
        [group] = asked["filterGroups"] or [{"filters": []}]
        last = max([0, *(int(one["value"]) for one in group["filters"] if one["operator"] == "GT")])
        key = int if self.numeric else str
        matching = sorted((one for one in self.ids if one > last), key=key)
        if asked["sorts"][0]["direction"] == "DESCENDING":
            matching.reverse()
        start, limit = int(asked.get("after") or 0), asked["limit"]
        if start + limit > 10_000:
            return Answer(400, {"message": "paging reaches 10,000", "category": "VALIDATION_ERROR"})
        if self.underfilled(len(self.requests)):
            limit = self.random.choice([0, 0, 1, limit // 2])
        page = matching[start : start + limit]
        body = {"total": len(matching), "results": [self.record(one) for one in page]}
        if start + limit < len(matching):
            # An empty page's cursor is another one, for the same place.
            body["paging"] = {"next": {"after": str(start + limit) if page else f"0{asked.get('after', '')}"}}
        return Answer(200, body)

    def read(self, asked):
        known = set(self.ids)
        wanted = [int(one["id"]) for one in asked["inputs"]]
        found = [self.record(one) for one in wanted if one in known]
        missing = [str(one) for one in wanted if one not in known]
        self.random.shuffle(found)
        errors = [{"category": "OBJECT_NOT_FOUND", "context": {"ids": missing}}] if missing else []
        return Answer(207 if errors else 200, {"results": found, "errors": errors})


def asker(sender, *, limit=1_000_000, pacer=None, **options):
    connection = Connection(token=Token("pat-x"), base_url="http://127.0.0.1:1")
    run = ReadRun(connection, ReadOptions(object_type="contacts", **options))
    return Asker(run, sender, pacer or Pacer(limit))
