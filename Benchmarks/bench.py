#!/usr/bin/env python3
"""The benchmark: the built server and pgbench on the same rows, in turn; every figure a ratio to pgbench of the same run. See README.md.

    bench.py [--seconds 8] [--rounds 3] [--works get,list25] [--conns 16] [--binary .build/release/kerege] [--out results.json]
"""
import argparse, json, os, subprocess, sys, time
sys.dont_write_bytecode = True
from environment import Cluster, Server
from measure import HERE, TARGETS, WORKS, Bench, calm, check, median, rss, send


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


def measure(bench, works, conns, seconds, rounds):
    cells = {(work, who): [] for work in works for who in ("pgbench", "kerege")}
    for work in works:
        bench.load(WORKS[work], WORKS[work].get("conns", conns), 2)  # warm-up
    for number in range(rounds):
        for work in works:
            clients = WORKS[work].get("conns", conns)
            limit = bench.pgbench(work, clients, seconds)
            ours = bench.load(WORKS[work], clients, seconds)
            ours["ratio"] = ours["rps"] / limit["rps"]
            cells[work, "pgbench"].append(limit)
            cells[work, "kerege"].append(ours)
            say(f"round {number + 1} {work:8} pgbench {limit['rps']:8.0f}/s  kerege {ours['rps']:8.0f}/s  {ours['ratio']:.2f}  p99 {ours['p99']:.2f} ms"
                + (f"  ({max(limit['disturbed'], ours['disturbed']):.0%} of the machine used by others)" if max(limit["disturbed"], ours["disturbed"]) > 0.1 else ""))
            if work in ("create", "batch"): bench.clean()
    return cells


def beside_slow_lists(bench, conns, seconds):
    """Gets while other clients send lists that each scan the whole table."""
    slow = TARGETS["slow"]
    scans = bench.start_wrk(slow, slow["clients"], seconds + 2)
    time.sleep(1)
    ours = bench.load(WORKS["get"], conns, seconds)
    out = scans.communicate()[0]
    ours["scans"] = json.loads(out.split("RESULT ")[1].split("\n")[0])
    return ours


def verdict(good, must):
    return "" if good is None else "yes" if good else "**no**" if must else "no"


def table(cells, works, conns):
    rows = ["", f"{conns} connections (batch: 1); medians", "", "| work | pgbench/s | kerege/s | ratio | to reach | reached | µs server + PostgreSQL | p50 / p99 ms | failed |",
            "|---|---|---|---|---|---|---|---|---|"]
    for work in works:
        limit, ours, want = calm(cells[work, "pgbench"]), calm(cells[work, "kerege"]), WORKS[work]
        ratio, micros = median(ours, "ratio"), median(ours, "server_us")
        good = ratio >= want["reach"] and not any(row["bad"] for row in ours)
        if "cpu" in want: good = good and micros <= want["cpu"]
        rows.append(f"| {work} | {median(limit, 'rps'):,.0f} | {median(ours, 'rps'):,.0f} | {ratio:.2f} | {want['reach']:.2f}"
                    + (f", {want['cpu']} µs" if "cpu" in want else "") + f" | {verdict(good, want.get('must'))} | {micros:.0f} + {median(ours, 'pg_us'):.0f}"
                    f" | {median(ours, 'p50'):.2f} / {median(ours, 'p99'):.2f} | {sum(row['bad'] for row in ours)} |")
    return "\n".join(rows)


def others(start, idle, loaded, slow):
    line = lambda name, value, bound, unit: f"| {name} | {value:.2f} {unit} | {bound} {unit} | {verdict(value <= bound, True)} |"
    return "\n".join(["", "| besides | measured | at most | reached |", "|---|---|---|---|",
                      line("start to first answer, migrated database", start, TARGETS["start_s"], "s"),
                      line("memory idle", idle, TARGETS["idle_mb"], "MB"), line("memory after the load", loaded, TARGETS["loaded_mb"], "MB"),
                      line(f"get beside {TARGETS['slow']['clients']} clients of slow lists, p99", slow["p99"], TARGETS["slow"]["p99_ms"], "ms"),
                      f"\nbeside the slow lists: {slow['rps']:,.0f} gets/s, p50 {slow['p50']:.2f} ms, slowest {slow['max']:.1f} ms; "
                      f"{slow['scans']['requests']} lists, p50 {slow['scans']['p50'] / 1000:.0f} ms"])


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
        start, idle = started(server, 5)
        bench.server = server.process.pid
        for work in works:
            say(f"==> {work}: {check(server.base, work)} bytes")
        cells = measure(bench, works, options.conns, options.seconds, options.rounds)
        loaded = rss(server.process.pid)
        slow = beside_slow_lists(bench, options.conns, options.seconds)
        say(table(cells, works, options.conns))
        say(others(start, idle, loaded, slow))
        if options.out:
            figures = {"start_s": start, "idle_mb": idle, "loaded_mb": loaded, "slow": slow, "cells": {f"{w} {who}": rows for (w, who), rows in cells.items()}}
            json.dump(figures, open(options.out, "w"), indent=1)
    finally:
        bench.close()
        server.remove()
        cluster.remove()


if __name__ == "__main__":
    sys.exit(main())
