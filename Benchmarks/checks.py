"""Proves the content of a work's answer before its speed counts: its shape, and where `answers/` has a statement for it, its values."""
import csv, io, json, os
from datetime import datetime
from measure import HERE, WORKS, draw, fetch, fill, request_of


def dig(value, path):
    for part in filter(None, path.split(".")):
        value = value[int(part)] if isinstance(value, list) else value[part]
    return value


def check(bench, name):
    """Sends the work once; the answer's size in bytes."""
    if "mix" in WORKS[name]: return sum(check(bench, part) for part in WORKS[name]["mix"])
    values = draw()
    method, path, body, token = request_of(WORKS[name])
    text, want = fetch(bench.base, method, fill(path, values), fill(body, values), token), WORKS[name]["check"]
    if "csv" in want:
        same_rows(name, text.decode(), bench.copied(name).decode(), want["csv"])
        return len(text)
    answer = json.loads(text)
    if "n" in want:
        assert len(dig(answer, want["rows"])) == want["n"], f"{name}: {len(dig(answer, want['rows']))} rows"
    for place in want.get("has", []):
        dig(answer, place)
    statement = os.path.join(HERE, "answers", name + ".sql")
    if os.path.exists(statement):
        expected = json.loads(bench.psql(fill(open(statement).read(), values)))
        assert answer["data"] == expected, f"{name}: another answer than the database's, for {values}"
    return len(text)


def same_rows(name, ours, theirs, count):
    """Both CSV texts hold the same rows; only moments are written differently."""
    ours, theirs = list(csv.reader(io.StringIO(ours))), list(csv.reader(io.StringIO(theirs)))
    assert len(ours) == len(theirs) == count + 1, f"{name}: {len(ours)} lines"
    moment = ours[0].index("created")
    for mine, copied in zip(ours[1:], theirs[1:]):
        mine[moment], copied[moment] = datetime.fromisoformat(mine[moment].replace("Z", "+00:00")), datetime.fromisoformat(copied[moment] + ":00")
        assert mine == copied, f"{name}: {mine[0]}"
