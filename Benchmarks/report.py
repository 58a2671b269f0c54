"""The tables that the benchmark prints: what was measured beside what is to be reached."""
from measure import TARGETS, WORKS, calm, median


def verdict(good, must):
    return "" if good is None else "yes" if good else "**no**" if must else "no"


def rate(rows, work):
    """What counts for the work: requests, or for exports MB, per second."""
    return median(rows, "mb_s" if WORKS[work].get("limit") == "COPY" else "rps")


def shown(value, work):
    return f"{value:,.0f}" + (" MB" if WORKS[work].get("limit") == "COPY" else "")


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
            "| work | limit/s | kerege/s | ratio | to reach | reached | µs server + PostgreSQL | p50 / p99 ms | failed |", "|---|---|---|---|---|---|---|---|---|"]
    for work in works:
        limit, ours, want = calm(cells[work, "limit"]), calm(cells[work, "kerege"]), WORKS[work]
        bounds = list(judged(work, limit, ours))
        good = all(reached for _, _, reached in bounds) and not any(row["bad"] for row in ours)
        named = want["limit"] + " " if "limit" in want else ""
        rows.append(f"| {work} | {named}{shown(rate(limit, work), work)} | {shown(rate(ours, work), work)}"
                    f" | {', '.join(measured for _, measured, _ in bounds if measured)} | {', '.join(wanted for wanted, _, _ in bounds)} | {verdict(good, want.get('must'))}"
                    f" | {median(ours, 'server_us') or 0:.0f} + {median(ours, 'pg_us') or 0:.0f}"
                    f" | {median(ours, 'p50'):.2f} / {median(ours, 'p99'):.2f} | {sum(row['bad'] for row in ours)} |")
    return "\n".join(rows)


def others(found):
    line = lambda name, value, bound, unit: f"| {name} | {value:.2f} {unit} | at most {bound} {unit} | {verdict(value <= bound, True)} |"
    beside = lambda name: (f"\nbeside {name}: {found[name]['rps']:,.0f} gets/s, p50 {found[name]['p50']:.2f} ms, slowest {found[name]['max']:.1f} ms; "
                           f"{found[name]['others']['requests']} of the others, p50 {found[name]['others']['p50'] / 1000:.0f} ms, {found[name]['others']['bad']} failed")
    document = found["openapi"]
    return "\n".join(["", "| besides | measured | bound | reached |", "|---|---|---|---|",
                      line("start to first answer, migrated database", found["start_s"], TARGETS["start_s"], "s"),
                      line("memory idle", found["idle_mb"], TARGETS["idle_mb"], "MB"), line("memory after the load", found["loaded_mb"], TARGETS["loaded_mb"], "MB"),
                      line(f"get beside {TARGETS['slow']['clients']} clients of slow lists, p99", found["slow"]["p99"], TARGETS["slow"]["p99_ms"], "ms"),
                      line(f"get beside {TARGETS['logins']['clients']} logins at a time, p99", found["logins"]["p99"], TARGETS["logins"]["p99_ms"], "ms"),
                      line(f"first OpenAPI document of {TARGETS['openapi']['collections']} collections", document["first_ms"], TARGETS["openapi"]["first_ms"], "ms"),
                      f"| known OpenAPI document (304) to ping | {document['ratio']:.2f} ({document['known']:,.0f}/s of {document['ping']:,.0f}/s)"
                      f" | at least {TARGETS['openapi']['reach']:.2f} | {verdict(document['ratio'] >= TARGETS['openapi']['reach'], True)} |",
                      beside("slow"), beside("logins")])
