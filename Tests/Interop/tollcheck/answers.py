"""answer.decode: what a broker answers with, before anything in it is checked (TC-04.35)."""

from . import cbor
from .fields import array, asset, boolean, object_bytes, party, several, uint
from .inputs import malformed
from .kinds import embedded
from .registry import operation
from .settlement import decode_answer
from .wallet import statement_array

certificates = several(0, 16, embedded("certificate"))


def reader(check):
    def read(data):
        value = cbor.decode(data)
        check(value)
        return value
    return read


READERS = {
    "description": reader(array(party, certificates, several(1, 16, asset), boolean, uint)),
    "answer": reader(array(several(0, 4, object_bytes), certificates)),
    "settlement": decode_answer,
    "statement": reader(statement_array),
}


@operation("answer.decode")
def answer_decode(inputs):
    kind = inputs.text("kind")
    if kind not in READERS:
        raise malformed("kind", kind)
    return {"message": cbor.diagnostic(READERS[kind](inputs.bytes("bytes")))}
