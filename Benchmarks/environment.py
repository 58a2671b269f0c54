"""A private PostgreSQL and the built server, both stopped and removed at the end."""
import glob, os, pwd, shutil, signal, socket, subprocess, tempfile, time, urllib.error, urllib.request

SETTINGS = ["shared_buffers=1GB", "jit=off", "autovacuum=off", "max_wal_size=8GB", "TimeZone=UTC", "listen_addresses="]  # the rest default, durable


class Cluster:
    """Unix socket alone, C.UTF-8; as root it runs under the user postgres."""

    def __init__(self):
        initdb = sorted(glob.glob("/usr/lib/postgresql/*/bin/initdb"), key=lambda path: int(path.split("/")[4]))
        if not initdb: raise SystemExit("no PostgreSQL server: make packages")
        self.bin = os.path.dirname(initdb[-1])
        os.environ["PATH"] = self.bin + ":" + os.environ["PATH"]
        self.folder = tempfile.mkdtemp(prefix="kerege-bench-", dir="/var/tmp")
        self.owner = []
        if os.geteuid() == 0:
            user = pwd.getpwnam("postgres")
            os.chown(self.folder, user.pw_uid, user.pw_gid)
            os.chmod(self.folder, 0o755)
            self.owner = ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups", "--"]
        data = self.folder + "/data"
        subprocess.run([*self.owner, self.bin + "/initdb", "-D", data, "-U", "postgres", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-instructions"],
                       check=True, stdout=subprocess.DEVNULL, cwd="/")
        settings = [part for line in [*SETTINGS, "unix_socket_directories=" + self.folder] for part in ("-c", line)]
        self.log = open(self.folder + "/postgres.log", "w")
        self.process = subprocess.Popen([*self.owner, self.bin + "/postgres", "-D", data, *settings], stdout=self.log, stderr=self.log, cwd="/",
                                        start_new_session=True)
        os.environ.update(PGHOST=self.folder, PGUSER="postgres")
        while subprocess.run(["pg_isready", "-q"]).returncode:
            if self.process.poll() is not None: raise SystemExit(open(self.folder + "/postgres.log").read()[-1000:])
            time.sleep(0.05)

    def create(self, database):
        subprocess.run(["createdb", database], check=True)
        return f"postgresql:///{database}?host={self.folder}&user=postgres"

    def remove(self):
        self.process.send_signal(signal.SIGINT)
        self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)


class Server:
    def __init__(self, binary, database_url):
        self.binary, self.folder = binary, tempfile.mkdtemp(prefix="kerege-bench-server-")
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.base = f"http://127.0.0.1:{self.port}"
        self.env = {**{k: os.environ[k] for k in ("PATH", "HOME") if k in os.environ}, "HOST": "127.0.0.1", "PORT": str(self.port), "DATABASE_URL": database_url,
                    "ADMIN_EMAIL": "admin@example.com", "ADMIN_PASSWORD": "d1r3ctu5", "ADMIN_TOKEN": "admin-token",
                    "SECRET": "kerege-bench-secret-0123456789abcdef", "ACCESS_TOKEN_TTL": "1d", "RATE_LIMITER_ENABLED": "false", "LOG_LEVEL": "warn"}
        self.process = None

    def import_snapshot(self, path):
        subprocess.run([self.binary, "import", "directus", path, "--schemas", self.folder + "/schemas"], check=True, env=self.env, cwd=self.folder,
                       stdout=subprocess.DEVNULL)

    def write_schemas(self, files):
        os.makedirs(self.folder + "/schemas")
        for name, text in files.items():
            open(f"{self.folder}/schemas/{name}.yaml", "w").write(text)

    def start(self):
        """Seconds from the start of the process to its first answer."""
        began = time.time()
        log = open(self.folder + "/server.log", "a")
        self.process = subprocess.Popen([self.binary, "serve", "--schemas", self.folder + "/schemas"], env=self.env, cwd=self.folder, stdout=log, stderr=log)
        while time.time() - began < 60:
            try:
                urllib.request.urlopen(self.base + "/server/ping", timeout=10).read()
                return time.time() - began
            except (OSError, urllib.error.HTTPError):
                if self.process.poll() is not None: break
                time.sleep(0.002)
        raise SystemExit("kerege serve does not answer:\n" + open(self.folder + "/server.log").read()[-2000:])

    def stop(self):
        if self.process and self.process.poll() is None:
            self.process.terminate()
            try: self.process.wait(10)
            except subprocess.TimeoutExpired: self.process.kill()

    def remove(self):
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)
