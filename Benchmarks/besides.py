"""What is measured besides the works: gets while others do something expensive, and the OpenAPI document of many collections."""
import json, time, urllib.request
from environment import Server
from measure import TARGETS, WORKS, Bench, fetch, median


def beside(bench, name, conns, seconds):
    """Gets while the clients of `name` (`slow`: lists that each scan the whole table; `logins`) send theirs."""
    work = TARGETS[name]
    noise = bench.start_wrk(work, work["clients"], seconds + 2)
    time.sleep(1)
    ours = bench.load(WORKS["get"], conns, seconds)
    ours["others"] = json.loads(noise.communicate()[0].split("RESULT ")[1].split("\n")[0])
    return ours


def collection(number):
    """A collection of ten fields, one of them a relation to the collection before it."""
    other = f"\n  other: {{ to: wide_{number - 1} }}" if number > 1 else "\n  other: uuid"
    return f"""collection: wide_{number}
note: One of many

fields:
  id: {{ type: integer, auto_increment: true, primary: true }}
  status: {{ type: string, length: 20, choices: [draft, published, archived], default: draft, required: true }}
  title: {{ type: string, length: 200, required: true }}
  body: text
  price: {{ type: decimal, precision: 10, scale: 2 }}
  amount: integer
  visible: boolean
  day: date
  created_at: {{ type: timestamp, on_create: now }}{other}
"""


def first_document(server, token):
    """Milliseconds of the first document after a start, and its entity tag; another request has been answered before."""
    server.stop()
    server.start()
    fetch(server.base, "GET", "/users/me?fields=id", token=token)
    request = urllib.request.Request(server.base + "/server/specs/oas", headers={"Authorization": "Bearer " + token})
    began = time.time()
    with urllib.request.urlopen(request, timeout=60) as answer:
        text, tag = answer.read(), answer.headers["ETag"]
    took = (time.time() - began) * 1000
    described = sum(path.startswith("/items/wide_") and "{" not in path for path in json.loads(text)["paths"])
    assert described == TARGETS["openapi"]["collections"], f"{described} collections in the OpenAPI document"
    return took, tag, len(text)


def openapi(cluster, binary, conns, seconds, rounds):
    """On a server and a database of its own, so that the works keep their small model."""
    server = Server(binary, cluster.create("wide"))
    try:
        server.write_schemas({f"wide_{number}": collection(number) for number in range(1, TARGETS["openapi"]["collections"] + 1)})
        server.start()
        found = [first_document(server, TARGETS["callers"]["admin"]) for _ in range(5)]
        bench = Bench(server.base, server.process.pid, cluster.process.pid, "wide")
        pings, known = {"path": "/server/ping", "as": "public"}, {"path": "/server/specs/oas", "headers": [f"If-None-Match: {found[-1][1]}"]}
        pairs = [(bench.load(pings, conns, seconds), bench.load(known, conns, seconds)) for _ in range(rounds)]
        assert all(row["bytes"] < 2000 and not row["bad"] for _, row in pairs), "the known document is sent again"
        return {"first_ms": sorted(took for took, _, _ in found)[2], "bytes": found[-1][2], "ping": median([ping for ping, _ in pairs], "rps"),
                "known": median([row for _, row in pairs], "rps"), "ratio": median([{"ratio": row["rps"] / ping["rps"]} for ping, row in pairs], "ratio"),
                "pairs": pairs}
    finally:
        server.remove()
