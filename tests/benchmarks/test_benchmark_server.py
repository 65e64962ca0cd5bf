"""The benchmark's server answers every whole request once and in order, however its bytes arrive."""

import json

import pytest

server = pytest.importorskip("tests.benchmarks.server", reason="needs orjson")


class Socket:
    def setsockopt(self, *option):
        pass


class Transport:
    def __init__(self):
        self.written = b""
        self.closed = False

    def get_extra_info(self, name):
        return Socket()

    def is_closing(self):
        return self.closed

    def write(self, data):
        self.written += data

    def close(self):
        self.closed = True


def request(method, path, payload=None):
    body = b"" if payload is None else json.dumps(payload).encode()
    return f"{method} {path} HTTP/1.1\r\nHost: x\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body


def exchange(*pieces):
    """Status and JSON of each answer, and whether the connection was closed."""
    connection, transport = server.Connection(), Transport()
    connection.connection_made(transport)
    for piece in pieces:
        connection.data_received(piece)
    answers, rest = [], transport.written
    while rest:
        head, _, rest = rest.partition(b"\r\n\r\n")
        status_line, *lines = head.decode().split("\r\n")
        length = int(dict(line.split(": ", 1) for line in lines)["Content-Length"])
        answers.append((int(status_line.split()[1]), json.loads(rest[:length])))
        rest = rest[length:]
    return answers, transport.closed


def update(*ids):
    inputs = [{"id": id_, "properties": {"city": f"Łódź {id_}"}} for id_ in ids]
    return request("POST", "/crm/objects/2026-03/contacts/batch/update", {"inputs": inputs})


def updated_ids(answers):
    return [[row["id"] for row in payload["results"]] for _, payload in answers]


def test_an_update_echoes_every_row():
    [(status, payload)], closed = exchange(update("7", "8"))
    assert (status, payload["status"], closed) == (200, "COMPLETE", False)
    assert [row["properties"]["city"] for row in payload["results"]] == ["Łódź 7", "Łódź 8"]
    assert [row["properties"]["hs_object_id"] for row in payload["results"]] == ["7", "8"]
    assert not any(row["archived"] for row in payload["results"])


def test_pipelined_requests_are_answered_in_order():
    assert updated_ids(exchange(update("1") + update("2") + update("3", "4"))[0]) == [
        ["1"],
        ["2"],
        ["3", "4"],
    ]


@pytest.mark.parametrize("size", [1, 2, 3, 50, 101])
def test_bytes_may_be_cut_anywhere(size):
    stream = update("1") + request("GET", "/account-info/2026-03/details") + update("2")
    answers, _ = exchange(*(stream[start : start + size] for start in range(0, len(stream), size)))
    first, account, last = answers
    assert updated_ids([first, last]) == [["1"], ["2"]]
    assert account[1]["portalId"] == server.PORTAL


def test_half_a_request_waits():
    assert exchange(update("1")[:-1]) == ([], False)


def test_a_read_answers_values_the_frame_does_not_hold():
    body = {"inputs": [{"id": "7"}], "properties": ["city", "seats"]}
    [(_, payload)], _ = exchange(request("POST", "/crm/objects/2026-09/0-1/batch/read", body))
    [row] = payload["results"]
    assert {name: row["properties"][name] for name in ("city", "seats")} == {"city": "(old)", "seats": "-1"}


def test_properties_are_defined():
    [(_, payload)], _ = exchange(request("GET", "/crm/properties/2026-03/contacts?archived=false"))
    assert {"firstname", "seats", "hs_object_id"} <= {one["name"] for one in payload["results"]}


@pytest.mark.parametrize(
    ("sent", "status", "closed"),
    [
        (request("GET", "/crm/lists/2026-03"), 404, False),
        (request("POST", "/crm/objects/2026-03/contacts/batch/update", ["no", "inputs"]), 400, False),
        (b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 411, True),
        (b"nonsense\r\n\r\n", 400, True),
    ],
)
def test_what_it_does_not_serve_is_refused(sent, status, closed):
    [(answered, payload)], was_closed = exchange(sent)
    assert (answered, payload["status"], was_closed) == (status, "error", closed)
