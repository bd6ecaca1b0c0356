"""Compares another implementation with this one on random requests, over its stub."""

import contextlib
import json
import queue
import re
import secrets
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter

from .compare import difference
from .making import MAKERS, World
from .making.world import Rng
from .stub import answer

SHOWN = 10
IN_FLIGHT = 256
# Members whose type or width a mutation must not touch, because nothing is said of what follows.
KEPT = {"op", "id", "at", "began", "kind", "role", "steps"}


def make(world, seed, number, operations, weights):
    """The request of one number: the same for the same seed, whatever was asked before."""
    rng = Rng(f"{seed}/{number}")
    op = rng.choices(operations, weights)[0]
    request = {"op": op} | MAKERS[op][1](rng, world)
    # Two faults at once show which of them decides (TC-13.5).
    while rng.chance(0.1):
        mutate(rng, rng.choice(objects_in(request)))
    return {"id": number} | request


def objects_in(request):
    """The request and the objects that its inputs hold, but for a session's steps."""
    found = [request] * 2
    for name, value in request.items():
        if name not in KEPT:
            found += [each for each in (value if isinstance(value, list) else [value])
                      if isinstance(each, dict)]
    return found


def mutate(rng, request):
    """What JSON may do to an input: leave it out, write it otherwise, or give it another type."""
    names = [name for name in request if name not in KEPT]
    if not names:
        return
    name = rng.choice(names)
    value = request[name]
    what = rng.randrange(6)
    if what == 0:
        del request[name]
    elif what == 1:
        request[name] = None
    elif what == 2 and isinstance(value, str):
        request[name] = value.upper() if rng.chance(0.5) else value + rng.choice(("0", "00", "x"))
    elif what == 3 and isinstance(value, int):
        request[name] = rng.choice((str(value), -1, str(2**64), 10**30, 1.5, "", "1x"))
    elif what == 4:
        request[name] = rng.choice((True, {}, "", "zz", -1, 0.5))
    else:
        request["unknown"] = rng.choice((1, None, "x", [{}]))


class Stub:
    """The other implementation. Requests are written by one thread, and read back by another."""

    def __init__(self, command):
        self.log = tempfile.TemporaryFile()  # shown only if the stub stops
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=self.log)
        self.requests, self.answers = queue.Queue(), queue.Queue()
        self.writer = threading.Thread(target=self.write, daemon=True)
        self.reader = threading.Thread(target=self.read, daemon=True)
        self.writer.start()
        self.reader.start()

    def write(self):
        try:
            while (line := self.requests.get()) is not None:
                self.process.stdin.write(line)
                if self.requests.empty():
                    self.process.stdin.flush()
        except BrokenPipeError:
            pass  # the reader tells
        finally:
            with contextlib.suppress(BrokenPipeError):
                self.process.stdin.close()

    def read(self):
        for line in self.process.stdout:
            self.answers.put(line)
        self.answers.put(None)

    def close(self):
        self.requests.put(None)
        self.writer.join(30)
        self.reader.join(30)
        self.process.stdout.close()
        self.process.wait(30)
        self.log.seek(max(0, self.log.seek(0, 2) - 2000))
        last_words = self.log.read().decode(errors="replace")
        self.log.close()
        return last_words


def disagreement(mine, line):
    """How another answer differs from this implementation's, or None."""
    try:
        theirs = json.loads(line)
    except ValueError:
        return "no JSON"
    if theirs.get("id") != mine["id"]:
        return f"the id {theirs.get('id')}"
    if theirs.get("ok") != mine["ok"] or theirs.get("reason") != mine.get("reason"):
        return f"{theirs.get('reason', 'ok')} for {mine.get('reason', 'ok')}"
    if "offset" in theirs and "offset" in mine and theirs["offset"] != mine["offset"]:
        return f"offset {theirs['offset']} for {mine.get('offset')}"
    return difference(mine.get("result", {}), theirs.get("result", {}))


def run(command, seed, count, only=None):
    seed = secrets.randbelow(2**32) if seed is None else seed
    print(f"seed {seed}, {count} requests", flush=True)
    operations = only or list(MAKERS)
    weights = [MAKERS[op][0] for op in operations]
    world, stub = World(seed), Stub(command)
    began, counts, reasons, faults = time.monotonic(), Counter(), Counter(), []
    expected, sent, received, alive = {}, 0, 0, True
    while received < count and alive:
        if sent < count and sent - received < IN_FLIGHT:
            request = make(world, seed, sent, operations, weights)
            line = json.dumps(request).encode() + b"\n"
            stub.requests.put(line)
            mine = answer(line)
            expected[sent] = request, mine
            counts[request["op"], mine["ok"]] += 1
            reasons[mine.get("reason")] += 1
            sent += 1
        while sent - received >= IN_FLIGHT or sent == count or not stub.answers.empty():
            if received == count:
                break
            line = stub.answers.get()
            if line is None:
                alive = False
                break
            request, mine = expected.pop(received)
            received += 1
            where = disagreement(mine, line)
            if where:
                faults.append((request, mine, line.decode(errors="replace"), where))
    last_words = stub.close()
    report(counts, reasons, faults, time.monotonic() - began)
    if not alive:
        print(f"the stub stopped after {received} answers, at request\n"
              f"  {json.dumps(expected[received][0]) if received in expected else 'none'}\n"
              f"  after saying {last_words!r}")
    return 1 if faults or not alive else 0


def report(counts, reasons, faults, seconds):
    print(f"{'operation':20}{'accepted':>10}{'refused':>10}")
    for op in sorted({op for op, _ in counts}):
        print(f"{op:20}{counts[op, True]:10}{counts[op, False]:10}")
    accepted = sum(n for (_, ok), n in counts.items() if ok)
    total = sum(counts.values())
    print(f"{'all':20}{accepted:10}{total - accepted:10}   {len(reasons) - 1} reasons, "
          f"{seconds:.0f} s, {len(faults)} disagreements")
    shown = Counter()
    for request, mine, theirs, where in faults:
        sort = request["op"], re.sub(r"[0-9a-f]{8,}|\d+", "#", where)[:80]
        shown[sort] += 1
        if shown[sort] == 1 and len(shown) <= SHOWN:
            print(f"\n{request['op']} {request['id']}: {where}\n  request {json.dumps(request)}\n"
                  f"  here    {json.dumps(mine, ensure_ascii=False)}\n  there   {theirs.rstrip()}")
    for (op, where), number in shown.most_common():
        print(f"{number:6} {op}: {where}")
    sys.stdout.flush()
