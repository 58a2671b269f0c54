"""Load over HTTP with wrk, the same work in SQL with pgbench as the limit, and what both cost in CPU and memory."""
import hashlib, json, os, random, re, statistics, subprocess, urllib.parse, urllib.request, time

HERE = os.path.dirname(os.path.abspath(__file__))
TARGETS = json.load(open(os.path.join(HERE, "targets.json")))
WORKS = TARGETS["works"]
TICK, CORES = os.sysconf("SC_CLK_TCK"), os.cpu_count()
BODY = " ".join(hashlib.md5(f"created:{k}".encode()).hexdigest() for k in range(18))
ITEM = '{"title": "Created article {n}", "body": "%s", "status": "draft", "author": {author}}' % BODY
PGBENCH_CLIENTS = 32  # what the limit is measured with, where the load has more than one connection


def fill(text):
    published = random.choice([i for i in range(1, 2000) if (i + i // 1000) % 10 < 7])
    values = {"id": random.randint(1, 100000), "published": published, "author": random.randint(1, 1000), "n": 1}
    return re.sub(r"\{([a-z]+)\}", lambda m: str(values[m[1]]) if m[1] in values else m[0], text)


def dig(value, path):
    for part in filter(None, path.split(".")):
        value = value[int(part)] if isinstance(value, list) else value[part]
    return value


def send(base, method, path, body=None, token=None):
    """One request; the parsed answer and its size in bytes."""
    request = urllib.request.Request(base + path, method=method, data=body.encode() if body else None)
    if token: request.add_header("Authorization", "Bearer " + token)
    if body: request.add_header("Content-Type", "application/json")
    with urllib.request.urlopen(request, timeout=60) as answer:
        text = answer.read()
        return json.loads(text) if text else None, len(text)


def request_of(work):
    """(method, path, body, header lines) with the placeholders still in them; brackets encoded, as browsers and SDKs do."""
    body = work.get("body", "").replace("[ITEMS]", "[" + ",".join([ITEM] * 100) + "]").replace("ITEM", ITEM)
    path = urllib.parse.quote(work["path"], safe="/?&=(){}%,.:'_-")
    token = TARGETS["callers"][work.get("as", "admin")]
    return work.get("method", "GET"), path, body, [f"Authorization: Bearer {token}"] if token else []


def check(base, name):
    """Sends the work once and proves the answer's shape."""
    method, path, body, headers = request_of(WORKS[name])
    answer, size = send(base, method, fill(path), fill(body), headers[0].split()[-1] if headers else None)
    want = WORKS[name]["check"]
    if "n" in want:
        assert len(dig(answer, want["rows"])) == want["n"], f"{name}: {len(dig(answer, want['rows']))} rows"
    for place in want.get("has", []):
        dig(answer, place)
    return size


# --- processes ---------------------------------------------------------------------------------------------------------

def stat(pid):
    fields = open(f"/proc/{pid}/stat").read().rsplit(")", 1)[1].split()
    return int(fields[1]), sum(map(int, fields[11:15]))  # parent, user + system ticks with those of reaped children


def tree(root):
    parents = {}
    for entry in filter(str.isdigit, os.listdir("/proc")):
        try: parents.setdefault(stat(entry)[0], []).append(int(entry))
        except (OSError, IndexError): pass
    found, todo = [], [root]
    while todo:
        pid = todo.pop()
        found.append(pid)
        todo += parents.get(pid, [])
    return found


def cpu(pids):
    """Seconds of CPU these processes have used."""
    total = 0
    for pid in pids:
        try: total += stat(pid)[1]
        except (OSError, IndexError): pass
    return total / TICK


def rss(pid):
    """Resident memory in MB."""
    return round(int(re.search(r"Rss:\s+(\d+)", open(f"/proc/{pid}/smaps_rollup").read())[1]) / 1024, 1)


def machine():
    fields = list(map(int, open("/proc/stat").readline().split()[1:9]))
    return (sum(fields) - fields[3] - fields[4] - fields[7]) / TICK, fields[7] / TICK  # busy, stolen by the host


class Meter:
    """CPU of the server, of PostgreSQL, and of everybody else on the machine, during a run."""

    def __init__(self, server, postgres):
        self.roots, self.at = (server, postgres), time.time()
        self.before = self.read()

    def read(self):
        return [cpu(tree(root)) if root else 0 for root in self.roots] + list(machine()) + [sum(os.times()[:4])]

    def result(self, requests):
        now, wall = self.read(), time.time() - self.at
        server, postgres, busy, stolen, mine = (b - a for a, b in zip(self.before, now))
        out = {"disturbed": round((max(0, busy - server - postgres - mine) + stolen) / wall / CORES, 3)}
        if requests: out.update(server_us=round(server / requests * 1e6, 1), pg_us=round(postgres / requests * 1e6, 1))
        return out


# --- load --------------------------------------------------------------------------------------------------------------

class Bench:
    """The server at `base` with its process, and the database with its own."""

    def __init__(self, base, server, postgres, database):
        self.base, self.server, self.postgres, self.database = base, server, postgres, database
        self.scripts = {}

    def start_wrk(self, work, conns, seconds):
        method, path, body, headers = request_of(work)
        lines = headers + (["Content-Type: application/json"] if body else [])
        env = {**os.environ, "BENCH_METHOD": method, "BENCH_PATH": path, "BENCH_BODY": body, "BENCH_HEADERS": "\n".join(lines)}
        return subprocess.Popen(["wrk", "-t1", f"-c{conns}", f"-d{seconds}s", "--timeout", "30s", "-s", os.path.join(HERE, "load.lua"), self.base],
                                env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)

    def load(self, work, conns, seconds):
        """Requests per second, latencies in ms, CPU µs per request, failed answers."""
        meter = Meter(self.server, self.postgres)
        out = self.start_wrk(work, conns, seconds).communicate()[0]
        found = re.search(r"RESULT (\{.*\})", out)
        if not found: raise SystemExit("wrk: " + out[-400:])
        r = json.loads(found[1])
        return {"rps": r["requests"] / r["us"] * 1e6, **{k: round(r[k] / 1000, 3) for k in ("p50", "p90", "p99", "max")}, "bad": r["bad"] + r["socket"],
                "bytes": round(r["bytes"] / max(1, r["requests"])), **meter.result(r["requests"])}

    def psql(self, sql):
        return subprocess.run(["psql", "-qXAt", self.database, "-c", sql], check=True, capture_output=True, text=True).stdout.strip()

    def script(self, name):
        """The work's script for pgbench, with the keys that nested reads ask for."""
        if name not in self.scripts:
            head = "from articles where status = 'published' order by created desc limit 25"
            values = {"BODY": BODY, "ROWS": ", ".join(f"('Created article {i}', '{BODY}', 'draft', {i})" for i in range(1, 101)),
                      "IDS": "{%s}" % self.psql(f"select string_agg(id::text, ',') from (select id {head}) x"),
                      "AUTHORS": "{%s}" % self.psql(f"select string_agg(distinct author::text, ',') from (select author {head}) x")}
            text = open(os.path.join(HERE, "pgbench", name + ".sql")).read()
            for key, value in values.items():
                text = text.replace("'{%s}'" % key, f"'{value}'").replace("{%s}" % key, value)
            self.scripts[name] = f"{os.environ.get('TMPDIR', '/tmp')}/kerege-bench-{os.getpid()}-{name}.sql"
            open(self.scripts[name], "w").write(text)
        return self.scripts[name]

    def pgbench(self, name, conns, seconds):
        meter = Meter(None, self.postgres)
        clients = 1 if conns == 1 else PGBENCH_CLIENTS
        run = subprocess.run(["pgbench", "-n", "-M", "prepared", "-c", str(clients), "-j", str(min(2, clients)), "-T", str(seconds), "-f", self.script(name),
                              self.database], capture_output=True, text=True)
        found = re.search(r"tps = ([\d.]+)", run.stdout)
        if not found: raise SystemExit("pgbench: " + run.stderr[-400:])
        return {"rps": float(found[1]), **meter.result(float(found[1]) * seconds)}

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
