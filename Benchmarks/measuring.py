"""What the measuring scripts share: building, starting servers on one core and load on another, seeing disturbance."""
import ctypes
import fcntl
import json
import os
import random
import resource
import shlex
import signal
import socket
import string
import subprocess
import sys
import time

FOLDER = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(FOLDER)
BUILD = os.path.join(ROOT, ".build-benchmarks")
BIN = os.path.join(BUILD, "peers")
LOAD = os.path.join(BIN, "load")
PATHS = dict(BIN=BIN, OURS=os.path.join(BUILD, "ours"), CERT=os.path.join(BIN, "cert.pem"), KEY=os.path.join(BIN, "key.pem"))
TICKS = os.sysconf("SC_CLK_TCK")
libc = ctypes.CDLL(None)
priority = 0  # nice value of servers and load; below 0 wants root


def disturbed():
    """The share of a core from which on a measurement is disturbed, when other processes or the host (steal) had it.

    With precedence the others only get what server and load leave over; it is cooler caches that is measured then.
    """
    return 0.10 if priority == 0 else 0.30


signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))


def say(*words):
    print(*words, file=sys.stderr, flush=True)


def build(*parts):
    status = subprocess.run([os.path.join(FOLDER, "build"), *parts], stdout=sys.stderr).returncode
    if status != 0:
        sys.exit(f"Benchmarks/build ended with {status}")


def use_tls():
    """Loads by tls-load from now on; makes the servers' certificate where there is none, and returns its file."""
    global LOAD
    LOAD = os.path.join(BIN, "tls-load")
    os.makedirs(BIN, exist_ok=True)
    if not os.path.exists(PATHS["KEY"]):
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "3650",
             "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout", PATHS["KEY"],
             "-out", PATHS["CERT"]], check=True, stderr=subprocess.DEVNULL)
    return PATHS["CERT"]


def cores():
    """The core for servers and the core for load."""
    allowed = sorted(os.sched_getaffinity(0))
    if len(allowed) < 2:
        sys.exit("two cores are needed: one for the server, one for the load")
    return allowed[0], allowed[1]


def raise_descriptor_limit(count):
    """Room for so many open descriptors, for this process and for those it starts; says how many there are."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (max(count, soft), max(count, hard)))
    except (ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    return resource.getrlimit(resource.RLIMIT_NOFILE)[0]


def free_port():
    """A port for a server below the range that clients are given, so that no client sits on it."""
    low = int(open("/proc/sys/net/ipv4/ip_local_port_range").read().split()[0])
    for _ in range(1000):
        port = random.randrange(max(1024, low - 20_000), low)
        with socket.socket() as tcp, socket.socket(type=socket.SOCK_DGRAM) as udp:
            try:
                tcp.bind(("127.0.0.1", port))
                udp.bind(("127.0.0.1", port))
                return port
            except OSError:
                continue
    sys.exit("no free port found")


def read_servers(path):
    """Reads `name | TCP command | UDP command` lines: {name: {"tcp": [...], "udp": [...]}}, and what is not built."""
    servers, missing = {}, []
    for line in open(path):
        fields = [field.strip() for field in line.split("#")[0].split("|")]
        if len(fields) < 2:
            continue
        tcp = fields[1]
        udp = fields[2] if len(fields) > 2 else tcp
        commands = {}
        for kind, text in (("tcp", tcp), ("udp", udp)):
            command = [string.Template(word).substitute(PATHS) for word in shlex.split(text)]
            if text != "-" and all(os.path.exists(word) for word in command if word.startswith("/")):
                commands[kind] = command
            elif text != "-":
                missing.append(f"{fields[0]} ({kind})")
        if commands:
            servers[fields[0]] = commands
    return servers, missing


def add_server_options(parser):
    parser.add_argument("--server", action="append", default=[], metavar="NAME", help="may be given several times")
    parser.add_argument("--nice", type=int, default=0, help="priority, such as -15, on a busy machine; wants root")
    parser.add_argument("--no-build", action="store_true", help="measure what is built")


def servers_of(options):
    """[(name, command)] of the servers that the options name: of the list, or commands of their own."""
    global priority
    priority = options.nice
    tls = getattr(options, "tls", False)
    if tls:
        use_tls()
    if not options.no_build:
        build(*(["tls", "swift"] if tls else ["c", "tokio", "go", "swift"]))
    known, _ = read_servers(os.path.join(FOLDER, "servers-tls" if tls else "servers"))
    servers = []
    for text in options.server or ["c-idle" if tls else "c-epoll", "async"]:
        if "tcp" in known.get(text, {}):
            servers.append((text, known[text]["tcp"]))
        elif os.path.exists(shlex.split(text)[0]):
            servers.append((os.path.basename(shlex.split(text)[0]), shlex.split(text)))
        else:
            say(f"left out: {text} is not built, and no program")
    if not servers:
        sys.exit("no server to measure")
    return servers


def settle(read, goal, seconds=5):
    """Waits until what `read` says has come down to the goal, some seconds at most, and returns it."""
    end = time.monotonic() + seconds
    while read() > goal and time.monotonic() < end:
        time.sleep(0.05)
    return read()


def on_core(core):
    def prepare():
        libc.prctl(1, signal.SIGKILL)  # ends with this script, however that ends
        if core is not None:
            os.sched_setaffinity(0, {core})
        if priority:
            os.setpriority(os.PRIO_PROCESS, 0, priority)
            # Where the kernel groups processes by session, the group's value counts.
            if os.path.exists("/proc/self/autogroup"):
                os.setsid()
                with open("/proc/self/autogroup", "w") as file:
                    file.write(str(priority))
    return prepare


class Server:
    """A server under test: `command PORT`, on its core, listening when this returns."""

    def __init__(self, command, core, seconds=900):
        self.port = free_port()
        environment = dict(os.environ, BENCH_TTL=str(seconds))
        self.process = subprocess.Popen(
            command + [str(self.port)], env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE, preexec_fn=on_core(core))
        self.pid = self.process.pid
        for _ in range(1000):
            if self.process.poll() is not None:
                words = self.process.stderr.read().decode(errors="replace").strip()[-300:]
                raise RuntimeError(f"{command[0]} ended with {self.process.returncode}: {words}")
            if self.is_bound():
                return
            time.sleep(0.01)
        self.stop()
        raise RuntimeError(f"{command[0]} did not open port {self.port} in 10 s")

    def is_bound(self):
        # Read, not tried by connecting: a measurement starts with a server that nobody has spoken to.
        wanted = f":{self.port:04X} "
        for table, state in (("tcp", " 0A "), ("tcp6", " 0A "), ("udp", ""), ("udp6", "")):
            for line in open(f"/proc/net/{table}"):
                if wanted in line[:46].split(":", 1)[-1][:50] and state in line:
                    return True
        return False

    def status(self, key):
        for line in open(f"/proc/{self.pid}/status"):
            if line.startswith(key + ":"):
                return int(line.split()[1])
        return None

    def rss(self):
        """Resident memory in KiB."""
        return self.status("VmRSS")

    def descriptors(self):
        return len(os.listdir(f"/proc/{self.pid}/fd"))

    def cpu(self):
        """Seconds of CPU, all threads, user and kernel."""
        fields = open(f"/proc/{self.pid}/stat").read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / TICKS

    def is_running(self):
        return self.process.poll() is None

    def stop(self):
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(2)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self.process.stderr.close()


def load(arguments, server, core, limit=120, address=None):
    """Runs the load generator against a server, and returns the line it prints."""
    command = [LOAD, *arguments, "-P", str(server.pid), address or str(server.port)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=limit, preexec_fn=on_core(core))
    if done.returncode != 0 or not done.stdout.strip():
        raise RuntimeError(f"load ended with {done.returncode}: {done.stderr.strip()[:200]}")
    return json.loads(done.stdout)


class Watch:
    """How much of the two cores went to others (processes, interrupts of others, the host) while something ran."""

    def __init__(self, server, watched):
        self.server, self.watched = server, watched
        self.started, self.busy, self.mine = time.monotonic(), self.total(), self.own()

    def total(self):
        seconds = 0
        for line in open("/proc/stat"):
            fields = line.split()
            if fields[0].startswith("cpu") and fields[0][3:].isdigit() and int(fields[0][3:]) in self.watched:
                values = [int(value) for value in fields[1:9]]
                seconds += (sum(values) - values[3] - values[4]) / TICKS
        return seconds

    def own(self):
        children = resource.getrusage(resource.RUSAGE_CHILDREN)
        return self.server.cpu() + children.ru_utime + children.ru_stime

    def others(self):
        elapsed = time.monotonic() - self.started
        return max(0.0, self.total() - self.busy - (self.own() - self.mine)) / max(elapsed, 0.001)


class Lock:
    """Files locked while measuring, named in BENCH_LOCK (several with ':'), so that builds elsewhere wait."""

    def __init__(self):
        self.files = [open(path, "a") for path in os.environ.get("BENCH_LOCK", "").split(":") if path]

    def __enter__(self):
        for file in self.files:
            fcntl.flock(file, fcntl.LOCK_EX)

    def __exit__(self, *_):
        for file in self.files:
            fcntl.flock(file, fcntl.LOCK_UN)
        if self.files:
            time.sleep(0.6)


def number(value):
    if value is None:
        return "–"
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"
