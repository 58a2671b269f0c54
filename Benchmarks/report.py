"""The tables that the benchmark prints: what was measured beside what is to be reached."""
from measure import TARGETS, WORKS, calm, median, unit


def verdict(good, must):
    return "" if good is None else "yes" if good else "**no**" if must else "no"


def rate(rows, work):
    return f"{median(rows, unit(work)):,.0f}" + (" MB" if unit(work) == "mb_s" else "")


def judged(work, limit, ours):
    """(what is wanted, what was measured for it, whether it is reached), one for each bound of the work."""
    want, ratio, micros = WORKS[work], median(ours, "ratio"), median(ours, "server_us")
    if "reach" in want: yield f"{want['reach']:.2f}", f"{ratio:.2f}", ratio >= want["reach"]
    if "cpu" in want: yield f"{want['cpu']} µs", None, micros <= want["cpu"]
    if "more_us" in want:
        more = median(ours, "more_us")
        yield f"at most {want['more_us']} µs more", f"{more:+.1f} µs", more <= want["more_us"]
    if "p99_to_p50" in want:
        times = median(ours, "p99") / median(ours, "p50")
        yield f"p99 at most {want['p99_to_p50']} × p50", f"{times:.1f} ×", times <= want["p99_to_p50"]


def table(cells, works, conns):
    rows = ["", f"{conns} connections unless targets.json has another number; medians; the limit is pgbench unless named", "",
            "| work | limit/s | kerege/s | ratio | to reach | reached | µs server + PostgreSQL | p50 / p99 ms | failed |",
            "|---|---|---|---|---|---|---|---|---|"]
    for work in works:
        limit, ours, want = calm(cells[work, "limit"]), calm(cells[work, "kerege"]), WORKS[work]
        bounds = list(judged(work, limit, ours))
        good = all(reached for _, _, reached in bounds) and not any(row["bad"] for row in ours)
        named = want["limit"] + " " if "limit" in want else ""
        rows.append(f"| {work} | {named}{rate(limit, work)} | {rate(ours, work)} | {', '.join(measured for _, measured, _ in bounds if measured)}"
                    f" | {', '.join(wanted for wanted, _, _ in bounds)} | {verdict(good, want.get('must'))}"
                    f" | {median(ours, 'server_us') or 0:.0f} + {median(ours, 'pg_us') or 0:.0f}"
                    f" | {median(ours, 'p50'):.2f} / {median(ours, 'p99'):.2f} | {sum(row['bad'] for row in ours)} |")
    return "\n".join(rows)


def line(name, value, bound, unit, good=True):
    return f"| {name} | {value:.2f} {unit} | at most {bound} {unit} | {verdict(good and value <= bound, True)} |"


def company(found, name, whom):
    """Gets beside others, who must have been answered too."""
    others = found[name]["others"]
    return line(f"get beside {TARGETS[name]['clients']} {whom}, p99", found[name]["p99"], TARGETS[name]["p99_ms"], "ms",
                others["requests"] > 0 and others["bad"] + others["socket"] == 0)


def told(found, name):
    row, others = found[name], found[name]["others"]
    return (f"\nbeside the {name}: {row['rps']:,.0f} gets/s, p50 {row['p50']:.2f} ms, slowest {row['max']:.1f} ms; {others['requests']} {name}, "
            f"p50 {others['p50'] / 1000:.0f} ms, {others['bad'] + others['socket']} failed")


def besides(found):
    document, want = found["openapi"], TARGETS["openapi"]
    return "\n".join([
        "", "| besides | measured | bound | reached |", "|---|---|---|---|",
        line("start to first answer, migrated database", found["start_s"], TARGETS["start_s"], "s"),
        line("memory idle", found["idle_mb"], TARGETS["idle_mb"], "MB"), line("memory after the load", found["loaded_mb"], TARGETS["loaded_mb"], "MB"),
        company(found, "slow", "clients of slow lists"), company(found, "logins", "logins at a time"),
        line(f"first OpenAPI document of {want['collections']} collections ({document['bytes'] / 1e6:.1f} MB)", document["first_ms"], want["first_ms"], "ms"),
        f"| known OpenAPI document (304) to ping | {document['ratio']:.2f} ({document['known']:,.0f}/s of {document['ping']:,.0f}/s)"
        f" | at least {want['reach']:.2f} | {verdict(document['ratio'] >= want['reach'], True)} |", told(found, "slow"), told(found, "logins")])
