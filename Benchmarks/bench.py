#!/usr/bin/env python3
"""The benchmark: the built server and pgbench on the same rows, in turn; every figure a ratio to its limit in the same run. See README.md.

    bench.py [--seconds 8] [--rounds 3] [--works get,list25] [--conns 16] [--binary .build/release/kerege] [--out results.json]
"""
import argparse, json, os, subprocess, sys, time
sys.dont_write_bytecode = True
from besides import beside, openapi
from checks import check
from environment import Cluster, Server
from measure import HERE, TARGETS, WORKS, Bench, send, unit
from processes import rss
from report import besides, table

INSERTING = ("create", "batch")  # what they leave is taken back, so that others find 100 000 articles


def say(text):
    print(text, flush=True)


def prepare(server, bench):
    """The model, the rows, the callers and their rights."""
    server.import_snapshot(os.path.join(HERE, "snapshot.yaml"))
    say(f"==> first start, which makes the tables: {server.start():.2f} s")
    say("==> rows")
    subprocess.run(["psql", "-qX", "-f", os.path.join(HERE, "data.sql"), bench.database], check=True)
    for line in open(os.path.join(HERE, "seed.jsonl")):
        step = json.loads(line)
        send(server.base, step["method"], step["path"], json.dumps(step["body"]), TARGETS["callers"]["admin"])
    bench.psql("checkpoint")


def started(server, rounds):
    """Median time to the first answer on the migrated database, and resident memory a second later; leaves the server running."""
    times = []
    for _ in range(rounds):
        server.stop()
        times.append(server.start())
    time.sleep(1)
    return sorted(times)[len(times) // 2], rss(server.process.pid)


def portion(work, seconds):
    """Works that are compared with something else than a query of microseconds need fewer seconds."""
    return max(2, round(seconds * WORKS[work].get("share", 1)))


def pair(bench, work, clients, seconds, turn):
    """The limit and ours, in this order or, so that neither gets the warmer machine, in the other."""
    runs = [lambda: bench.limit(work, clients, seconds), lambda: bench.load(WORKS[work], clients, seconds)]
    limit, ours = [run() for run in runs] if turn % 2 == 0 else reversed([run() for run in reversed(runs)])
    per_second = unit(work)
    ours["ratio"] = ours[per_second] / limit[per_second]
    if "server_us" in limit and "server_us" in ours: ours["more_us"] = ours["server_us"] - limit["server_us"]
    taken = max(limit["disturbed"], ours["disturbed"])
    named = WORKS[work].get("limit", "pgbench")
    say(f"{work:8} {named:7} {limit[per_second]:8.0f}/s  kerege {ours[per_second]:8.0f}/s  {ours['ratio']:.2f}  p99 {ours['p99']:.2f} ms"
        + (f"  ({taken:.0%} of the machine used by others)" if taken > 0.1 else ""))
    return limit, ours


def measure(bench, works, conns, seconds, rounds):
    cells = {(work, who): [] for work in works for who in ("limit", "kerege")}
    for work in works:
        bench.load(WORKS[work], WORKS[work].get("conns", conns), 1 if "share" in WORKS[work] else 2)  # warm-up
        if work in INSERTING: bench.clean()
    for number in range(rounds):
        say(f"==> round {number + 1}")
        for work in works:
            for turn in range(WORKS[work].get("turns", 1)):
                limit, ours = pair(bench, work, WORKS[work].get("conns", conns), portion(work, seconds), turn)
                cells[work, "limit"].append(limit)
                cells[work, "kerege"].append(ours)
            if work in INSERTING: bench.clean()
    return cells


def log_in(server):
    """The administrator's access token, for the works that send a JWT."""
    body = json.dumps({"email": server.env["ADMIN_EMAIL"], "password": server.env["ADMIN_PASSWORD"]})
    TARGETS["callers"]["jwt"] = send(server.base, "POST", "/auth/login", body)[0]["data"]["access_token"]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=int, default=8)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--works", default=",".join(TARGETS["reads"]), help="also: update, create, batch")
    parser.add_argument("--conns", type=int, default=16)
    parser.add_argument("--binary", default=os.path.join(HERE, "..", ".build", "release", "kerege"))
    parser.add_argument("--out", help="all figures as JSON")
    options = parser.parse_args()
    works = options.works.split(",")
    cluster = Cluster()
    server = Server(os.path.realpath(options.binary), cluster.create("bench"))
    bench = Bench(server.base, None, cluster.process.pid, "bench")
    try:
        prepare(server, bench)
        found = dict(zip(("start_s", "idle_mb"), started(server, 5)))
        bench.server = server.process.pid
        log_in(server)
        for work in works:
            say(f"==> {work}: {check(bench, work)} bytes")
            if work in INSERTING: bench.clean()
        cells = measure(bench, works, options.conns, options.seconds, options.rounds)
        found["loaded_mb"] = rss(server.process.pid)
        for name in ("slow", "logins"):
            found[name] = beside(bench, name, options.conns, options.seconds)
        found["openapi"] = openapi(cluster, server.binary, options.conns, max(2, options.seconds // 4), options.rounds)
        say(table(cells, works, options.conns))
        say(besides(found))
        if options.out:
            json.dump({**found, "cells": {f"{w} {who}": rows for (w, who), rows in cells.items()}}, open(options.out, "w"), indent=1)
    finally:
        bench.close()
        server.remove()
        cluster.remove()


if __name__ == "__main__":
    sys.exit(main())
