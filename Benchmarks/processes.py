"""CPU and memory of processes and their children, and how much of the machine others took."""
import os, re, time

TICK, CORES = os.sysconf("SC_CLK_TCK"), os.cpu_count()


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
