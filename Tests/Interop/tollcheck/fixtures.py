"""Judges every fixture: the format, each case by this implementation, each byte string by the
CDDL and by cbor2, and each object by making it again from its payload."""

import json
import sys
from hashlib import sha256
from pathlib import Path

import cbor2
import jsonschema

from . import cbor, keys, objects
from .cddl import Layers, Unfit, bad_inputs, fits
from .compare import difference
from .reasons import Refused
from .stub import answer

NOT_INPUTS = {"id", "description", "expect", "reason", "base", "result", "fault", "offset"}


def seed(name):
    return sha256(b"tollchain fixtures: " + name.encode()).digest()


def known_seeds():
    """Public key → seed, of everyone whom the fixtures' README names."""
    names = ("broker", "broker signing", "merchant", "other merchant", "other broker", "stranger")
    seeds = [seed(name) for name in names]
    wallet, broker = seed("wallet"), keys.public_key(seed("broker"))
    seeds.append(keys.account_seed(wallet, broker))
    seeds += [keys.payer_seed(wallet, broker, keys.public_key(seed(name)), generation)
              for name in ("merchant", "other merchant") for generation in (0, 1)]
    return {keys.public_key(each): each for each in seeds}


class Check:
    def __init__(self):
        self.seeds, self.layers = known_seeds(), Layers()
        self.cases = self.refusals = self.rebuilt = 0
        self.faults = []

    def file(self, path, schema):
        """All cases of one file, if its format is right."""
        document = json.loads(path.read_text("utf-8"))
        wrong = [f"{path.name}: {error.json_path}: {error.message[:200]}"
                 for error in schema.iter_errors(document)]
        self.faults += wrong
        for case in [] if wrong else document["cases"]:
            self.cases += 1
            self.refusals += case["expect"] == "refuse"
            for fault in self.case(case):
                self.faults.append(f"{path.parent.name}/{path.name}:{case['id']}: {fault}")

    def case(self, case):
        """What is wrong with one case."""
        request = {name: value for name, value in case.items() if name not in NOT_INPUTS}
        told = answer(json.dumps(request).encode())
        if told["ok"] != (case["expect"] == "accept"):
            yield f"expected to {case['expect']}, got {told.get('reason', 'accepted')}"
        elif told.get("reason") != case.get("reason"):
            yield f"expected {case['reason']}, got {told['reason']} ({told['detail']})"
        elif "offset" in case and case["offset"] != told.get("offset"):
            yield f"expected the offset {case['offset']}, got {told.get('offset')}"
        else:
            expected = case.get("result", {})
            for name in expected:
                where = difference(expected[name], told.get("result", {}).get(name), name)
                if where:
                    yield where
        if told["ok"]:
            try:
                yield from self.bytes_of(request, told["result"])
            except (Unfit, Refused, ValueError) as fault:
                yield str(fault)

    def bytes_of(self, request, result):
        """The byte strings of an accepted case, checked by others than this reader."""
        op = request["op"]
        if op == "cbor.decode":
            yield from agrees_with_cbor2(bytes.fromhex(request["bytes"]))
        elif op in ("object.verify", "object.sign"):
            data = bytes.fromhex((request if op == "object.verify" else result)["bytes"])
            self.layers.object(data, request["kind"])
            yield from agrees_with_cbor2(data)
            yield from self.made_again(data, request["kind"])
        elif op == "frame.decode":
            frame = bytes.fromhex(request["frame"])
            self.layers.message(frame)
            yield from agrees_with_cbor2(frame[4:])
        elif op == "answer.decode":
            data = bytes.fromhex(request["bytes"])
            self.layers.answer(request["kind"], data)
            yield from agrees_with_cbor2(data)
        elif op == "session.run":
            for step in result["steps"]:
                for frame in step["send"]:
                    self.layers.message(bytes.fromhex(frame))
        elif op in ("settlement.verify", "redemption.settle"):
            self.layers.object(bytes.fromhex(request["redemption"]), "redemption")
            answer_of = request if op == "settlement.verify" else result
            self.layers.settlement_answer(bytes.fromhex(answer_of["answer"]))
        elif op == "wallet.restore":
            self.layers.statement(bytes.fromhex(request["statement"]))

    def made_again(self, data, kind):
        obj = objects.decode(data, kind)
        if obj.kid in self.seeds:
            self.rebuilt += 1
            if objects.sign(kind, obj.payload, self.seeds[obj.kid]) != data:
                yield "made again from its payload, the object has other bytes"
        if cbor.encode(obj.fields) != obj.payload:
            yield "encoded again, the payload has other bytes"


def agrees_with_cbor2(data):
    """cbor2 must read the same, and write it alike in its canonical mode but for the order of
    keys, where RFC 8949 and its older rule part: so maps are written in the order they came."""
    read = cbor2.loads(data)
    tagged = data[:1] == b"\xd2"
    if tagged:
        if read.tag != 18:
            yield "cbor2 reads another tag"
        read = read.value
    if unfrozen(read) != cbor.decode(data, tagged):
        yield f"cbor2 reads {read!r}"
    if cbor2.dumps(cbor2.CBORTag(18, read) if tagged else read) != data:
        yield "cbor2 writes other bytes"


def unfrozen(value):
    if isinstance(value, (list, tuple)):
        return [unfrozen(element) for element in value]
    return {k: unfrozen(v) for k, v in value.items()} if isinstance(value, dict) else value


def shapes_refuse(layers):
    """Proves the CDDL on bad input: what it lets pass of each rule's faults, one by one."""
    passed, tried = [], 0
    for rule, data in sorted(layers.samples.items()):
        for name, bad in bad_inputs(data):
            tried += 1
            if fits(rule, bad):
                passed.append(f"{rule}: {name}")
    return tried, passed


def read_schema(folder):
    """What judges the format of each file."""
    document = json.loads((Path(folder) / "schema.json").read_text("utf-8"))
    kind = jsonschema.validators.validator_for(document)
    kind.check_schema(document)
    return kind(document)


def run(folder):
    folder, check = Path(folder), Check()
    schema = read_schema(folder)
    files = sorted(folder.glob("*/*.json"))
    if not files:
        sys.exit(f"no fixtures in {folder}")
    for each in files:
        check.file(each, schema)
    tried, passed = shapes_refuse(check.layers)
    print(f"fixtures: {check.cases} cases of {len(files)} files, {check.refusals} refusals, "
          f"{check.rebuilt} objects made again")
    print(f"CDDL: {sum(check.layers.counts.values())} byte strings fit {len(check.layers.counts)} "
          f"rules; {tried - len(passed)} of {tried} bad ones are refused")
    for fault in check.faults + [f"the CDDL takes a bad input: {each}" for each in passed]:
        print(fault)
    return 1 if check.faults or passed else 0


