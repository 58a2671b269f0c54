"""Load over HTTP with wrk, the same work in SQL with pgbench as the limit, and what both cost in CPU."""
import hashlib, json, os, random, re, statistics, subprocess, time, urllib.parse, urllib.request
from processes import Meter

HERE = os.path.dirname(os.path.abspath(__file__))
TARGETS = json.load(open(os.path.join(HERE, "targets.json")))
WORKS = TARGETS["works"]
BODY = " ".join(hashlib.md5(f"created:{k}".encode()).hexdigest() for k in range(18))
ITEM = '{"title": "Created article {n}", "body": "%s", "status": "draft", "author": {author}}' % BODY
PGBENCH_CLIENTS = 32  # what the limit is measured with, where the load has more than one connection


def draw():
    """One random value for each placeholder, as load.lua draws them."""
    published = random.choice([i for i in range(1, 2000) if (i + i // 1000) % 10 < 7])
    return {"id": random.randint(1, 100000), "published": published, "author": random.randint(1, 1000), "tag": random.randint(1, 200), "n": 1}


def fill(text, values):
    return re.sub(r"\{([a-z]+)\}", lambda m: str(values[m[1]]) if m[1] in values else m[0], text)


def fetch(base, method, path, body=None, token=None):
    """One request; the answer's bytes."""
    request = urllib.request.Request(base + path, method=method, data=body.encode() if body else None)
    if token: request.add_header("Authorization", "Bearer " + token)
    if body: request.add_header("Content-Type", "application/json")
    with urllib.request.urlopen(request, timeout=60) as answer:
        return answer.read()


def send(base, method, path, body=None, token=None):
    """One request; the parsed answer and its size in bytes."""
    text = fetch(base, method, path, body, token)
    return json.loads(text) if text else None, len(text)


def request_of(work):
    """(method, path, body, token) with the placeholders still in them; brackets encoded, as browsers and SDKs do."""
    body = work.get("body", "").replace("[ITEMS]", "[" + ",".join([ITEM] * 100) + "]").replace("ITEM", ITEM)
    path = urllib.parse.quote(work["path"], safe="/?&=(){}%,.:'_-*")
    return work.get("method", "GET"), path, body, TARGETS["callers"][work.get("as", "admin")]


def unit(name):
    """What of a run counts for the work: requests, or for exports MB, per second."""
    return "mb_s" if WORKS[name].get("limit") == "COPY" else "rps"


class Bench:
    """The server at `base` with its process, and the database with its own."""

    def __init__(self, base, server, postgres, database):
        self.base, self.server, self.postgres, self.database = base, server, postgres, database
        self.scripts = {}

    def start_wrk(self, work, conns, seconds):
        requests = [(*request_of(part), part.get("headers", [])) for part in ([WORKS[name] for name in work["mix"]] if "mix" in work else [work])]
        method, _, body, _, _ = requests[0]
        lines = ["\t".join([path, *([f"Authorization: Bearer {token}"] if token else []), *(["Content-Type: application/json"] if body else []), *own])
                 for _, path, _, token, own in requests]
        env = {**os.environ, "BENCH_METHOD": method, "BENCH_PATHS": "\n".join(lines), "BENCH_BODY": body}
        return subprocess.Popen(["wrk", "-t1", f"-c{conns}", f"-d{seconds}s", "--timeout", "30s", "-s", os.path.join(HERE, "load.lua"), self.base],
                                env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)

    def load(self, work, conns, seconds):
        """Requests and MB per second, latencies in ms, CPU µs per request, failed answers."""
        meter = Meter(self.server, self.postgres)
        out = self.start_wrk(work, conns, seconds).communicate()[0]
        found = re.search(r"RESULT (\{.*\})", out)
        if not found: raise SystemExit("wrk: " + out[-400:])
        r = json.loads(found[1])
        return {"rps": r["requests"] / r["us"] * 1e6, "mb_s": r["bytes"] / r["us"], **{k: round(r[k] / 1000, 3) for k in ("p50", "p90", "p99", "max")},
                "bad": r["bad"] + r["socket"], "bytes": round(r["bytes"] / max(1, r["requests"])), **meter.result(r["requests"])}

    def psql(self, sql):
        return subprocess.run(["psql", "-qXAt", self.database, "-c", sql], check=True, capture_output=True, text=True).stdout.strip()

    def script(self, name):
        """The work's script for pgbench, with the keys that nested reads ask for."""
        if name not in self.scripts:
            head = "from articles where status = 'published' order by created desc limit 25"
            values = {"BODY": BODY, "ROWS": ", ".join(f"('Created article {i}', '{BODY}', 'draft', {i})" for i in range(1, 101)),
                      "IDS": "{%s}" % self.psql(f"select string_agg(id::text, ',') from (select id {head}) x"),
                      "AUTHORS": "{%s}" % self.psql(f"select string_agg(distinct author::text, ',') from (select author {head}) x"),
                      "FORUMS": "{%s}" % ",".join(map(str, range(1, 101))), "THREADS": "{%s}" % ",".join(map(str, range(1, 2001)))}
            text = open(os.path.join(HERE, "pgbench", name + ".sql")).read()
            for key, value in values.items():
                text = text.replace("'{%s}'" % key, f"'{value}'").replace("{%s}" % key, value)
            self.scripts[name] = f"{os.environ.get('TMPDIR', '/tmp')}/kerege-bench-{os.getpid()}-{name}.sql"
            open(self.scripts[name], "w").write(text)
        return self.scripts[name]

    def limit(self, name, clients, seconds):
        """What the work is compared with: pgbench (with 32 clients, or with as many connections as the work says), COPY, or another work over HTTP."""
        work = WORKS[name]
        if work.get("limit") == "COPY": return self.copy(name, seconds)
        if "limit" in work: return self.load(WORKS[work["limit"]], clients, seconds)
        return self.pgbench(work.get("mix", [name]), work.get("conns", PGBENCH_CLIENTS), seconds)

    def pgbench(self, names, clients, seconds):
        meter = Meter(None, self.postgres)
        files = [part for name in names for part in ("-f", self.script(name))]
        run = subprocess.run(["pgbench", "-n", "-M", "prepared", "-c", str(clients), "-j", str(min(2, clients)), "-T", str(seconds), *files, self.database],
                             capture_output=True, text=True)
        found = re.search(r"tps = ([\d.]+)", run.stdout)
        if not found: raise SystemExit("pgbench: " + run.stderr[-400:])
        return {"rps": float(found[1]), **meter.result(float(found[1]) * seconds)}

    def copied(self, name):
        return subprocess.run(["psql", "-qX", self.database, "-f", self.script(name)], check=True, capture_output=True).stdout

    def copy(self, name, seconds):
        """One connection that copies the rows out again and again: three times for each start of psql."""
        size, runs, meter, began = len(self.copied(name)), 0, Meter(None, self.postgres), time.time()
        while time.time() - began < seconds:
            subprocess.run(["psql", "-qX", self.database, *["-f", self.script(name)] * 3], check=True, stdout=subprocess.DEVNULL)
            runs += 3
        rps = runs / (time.time() - began)
        return {"rps": rps, "mb_s": rps * size / 1e6, "bytes": size, **meter.result(runs)}

    def clean(self):
        """Takes back what writing works left."""
        self.psql("delete from articles where id > 100000")
        self.psql("vacuum analyze articles")
        self.psql("checkpoint")

    def close(self):
        for path in self.scripts.values():
            os.unlink(path)


def median(rows, key):
    values = [row[key] for row in rows if row.get(key) is not None]
    return statistics.median(values) if values else None


def calm(rows):
    """Without the runs in which others took more than 15 % of the machine, unless all were like that."""
    return [row for row in rows if row["disturbed"] <= 0.15] or rows
