"""The payer's side of the peer protocol (TC-06.38): a state machine without I/O."""

from . import cbor, frames, keys, objects
from .inputs import whole
from .reasons import Refused
from .session import FINISHED, HANDSHAKE_SECONDS, VERSION, Session, code, transcript

UNANSWERED_MAXIMUM = 65536


def readable(paywords):
    return [{"ordinal": o, "index": i, "payword": p.hex()} for o, i, p in paywords]


class Channel:
    def __init__(self):
        self.state = "opening"
        self.next_sequence, self.last_paid, self.accepted = 0, 0, 0
        self.payments = []        # sequences that wait for an answer
        self.receipt = False
        self.meter = None         # (number, amount, units) of the last one


class Payer(Session):
    def __init__(self, seed, nonce, agent, began, merchant=None, certificate=None,
                 answer_seconds=30):
        super().__init__(began)
        self.seed, self.nonce, self.agent = seed, nonce, agent
        self.merchant, self.certificate = merchant, certificate
        self.answer_seconds = answer_seconds
        self.state, self.hello_body = "hello", None
        self.channels, self.freed, self.quotes = {}, [], 0
        self.waiting = 0          # requests without an answer
        self.asked_since = began  # when the first of them was sent
        self.limits = None

    def send(self, message, now=None):
        self.sent.append(message)
        if now is not None:
            if not self.waiting:
                self.asked_since = now
            self.waiting += 1

    def advance(self, now):
        if self.state == "hello":
            late = now >= self.began + HANDSHAKE_SECONDS
        else:
            since = max(self.asked_since, self.quiet_since)
            late = self.waiting and now >= since + self.answer_seconds
        if late:
            self.end("timed-out")

    # Commands of the application. A refused one changes nothing.

    def command(self, command, now):
        kind, rest = command["kind"], {k: v for k, v in command.items() if k != "kind"}
        if kind == "finish":
            self.state, self.ends = "ended", FINISHED
        elif kind == "start":
            if self.hello_body is not None:
                raise Refused("unexpected-message")
            hello = [frames.HELLO, [VERSION], self.nonce, self.agent]
            self.hello_body = cbor.encode(hello)
            self.send(hello)
        else:
            if self.state == "hello":
                raise Refused("unexpected-message")
            if self.waiting >= min(self.limits[1], UNANSWERED_MAXIMUM):
                raise Refused("busy")
            getattr(self, "do_" + kind)(now, **rest)

    def do_quote(self, now, resource):
        if len(resource.encode("utf-8")) > 256:
            raise Refused("too-large")
        self.quotes += 1
        self.send([frames.QUOTE, resource], now)

    def do_open(self, now, commitment, funding, salt=None):
        decoded = objects.decode(commitment, "commitment")
        if sum(channel.state != "closed" for channel in self.channels.values()) >= self.limits[2]:
            raise Refused("limit-exceeded")
        if len(funding) > 8:
            raise Refused("too-large")
        handle = self.freed.pop() if self.freed else len(self.channels)
        proof = keys.sign(self.seed, b"tollchain/1 open" + self.transcript + decoded.id)
        self.channels[handle] = Channel()
        self.send([frames.OPEN, handle, commitment, funding, proof, salt], now)

    def open_channel(self, handle):
        channel = self.channels.get(handle)
        if not channel or channel.state == "opening":
            raise Refused("unknown-handle")
        return channel

    def do_pay(self, now, handle, paywords, amount, reference=None):
        channel = self.open_channel(handle)
        if channel.state != "open":
            raise Refused("channel-closed")
        if len(paywords) > 8 or len(reference or b"") > 64:
            raise Refused("too-large")
        if reference == b"" or any(a[0] >= b[0] for a, b in zip(paywords, paywords[1:])):
            raise Refused("malformed")
        sequence, channel.next_sequence = channel.next_sequence, channel.next_sequence + 1
        channel.payments.append(sequence)
        self.send([frames.PAY, handle, sequence, paywords, amount, reference], now)

    def do_close(self, now, handle, request):
        channel = self.open_channel(handle)
        if channel.state == "closing" or channel.receipt:
            raise Refused("busy")
        if channel.state == "closed":
            raise Refused("channel-closed")
        channel.state = "closing"
        self.send([frames.CLOSE, handle, request], now)

    def do_receipt(self, now, handle):
        channel = self.open_channel(handle)
        if channel.state == "closing" or channel.receipt:
            raise Refused("busy")
        channel.receipt = True
        self.send([frames.RECEIPT_PLEASE, handle], now)

    # Messages of the merchant.

    def message(self, message, body, now):
        kind, *elements = message
        if self.state == "hello":
            if kind == frames.ERROR:
                self.state, self.ends = "ended", code(elements[2])
            elif kind == frames.HELLO_ACK:
                self.hello_ack(body, *elements)
            else:
                raise Refused("unexpected-message")
            return
        act = {frames.OFFER: self.offer, frames.OPENED: self.opened, frames.PAID: self.paid,
               frames.METER: self.meter, frames.CLOSED: self.closed, frames.ERROR: self.error,
               frames.RECEIPT: self.receipt}.get(kind)
        if not act:
            raise Refused("unexpected-message")
        act(*elements)

    def hello_ack(self, body, version, merchant, nonce, limits, signature):
        """TC-06.13."""
        if self.hello_body is None:
            raise Refused("unexpected-message")
        if version != VERSION:
            raise Refused("unsupported-version")
        if self.merchant is not None and merchant != self.merchant:
            raise Refused("wrong-merchant")
        unsigned = cbor.encode([frames.HELLO_ACK, version, merchant, nonce, limits, None])
        self.transcript = transcript(self.hello_body, unsigned, self.certificate)
        keys.verify(merchant, b"tollchain/1 hello" + self.transcript, signature)
        self.limits, self.state = list(limits.values()), "established"
        names = ("jump", "unanswered_frames", "channels")
        self.told.append({"kind": "established", "merchant": merchant.hex(),
                          "limits": dict(zip(names, self.limits)),
                          "transcript": self.transcript.hex()})

    def tell(self, kind, **members):
        self.told.append({"kind": kind, **members})

    def expect(self, right):
        """TC-06.40."""
        if not right:
            raise Refused("unexpected-message")

    def answered(self, count=1):
        self.waiting -= count

    def offer(self, data):
        self.expect(self.quotes)
        self.quotes -= 1
        self.answered()
        self.tell("offer", object=data.hex())

    def opened(self, handle, paywords, accepted, spent):
        channel = self.channels.get(handle)
        self.expect(channel and channel.state == "opening" and spent <= accepted)
        channel.state, channel.accepted = "open", accepted
        self.answered()
        self.tell("opened", handle=handle, paywords=readable(paywords), accepted=str(accepted),
                  spent=str(spent))

    def paid(self, handle, sequence, accepted, spent):
        channel = self.channels.get(handle)
        self.expect(channel and channel.state != "opening")
        self.expect(channel.last_paid <= sequence < channel.next_sequence)
        self.expect(channel.accepted <= accepted and spent <= accepted)
        covered = [s for s in channel.payments if s <= sequence]
        channel.payments = channel.payments[len(covered):]
        channel.last_paid, channel.accepted = sequence, accepted
        self.answered(len(covered))
        self.tell("paid", handle=handle, sequences=covered, accepted=str(accepted),
                  spent=str(spent))

    def meter(self, handle, number, amount, units):
        channel = self.channels.get(handle)
        self.expect(channel and channel.state != "opening")
        if channel.meter:
            before = channel.meter
            self.expect(number > before[0] and amount >= before[1] and units >= before[2])
        channel.meter = number, amount, units
        self.tell("meter", handle=handle, number=whole(number), amount=str(amount),
                  units=whole(units))

    def closed(self, handle, close, receipt):
        channel = self.channels.get(handle)
        self.expect(channel and channel.state == "closing" and not channel.payments)
        channel.state = "closed"
        self.answered()
        self.tell("closed", handle=handle, close=close.hex(), receipt=receipt.hex())

    def receipt(self, handle, data):
        channel = self.channels.get(handle)
        self.expect(channel and channel.receipt)
        channel.receipt = False
        self.answered()
        self.tell("receipt", handle=handle, object=data.hex())

    def error(self, handle, sequence, number, *_):
        """TC-06.32."""
        refused = code(number)
        if handle is None:
            self.expect(sequence is None)
            if not self.quotes:
                self.state, self.ends = "ended", refused
                return
            self.quotes -= 1
            self.answered()
            self.tell("offer", refused=refused)
            return
        channel = self.channels.get(handle)
        self.expect(channel)
        if sequence is not None:
            self.expect(sequence in channel.payments)
            channel.payments.remove(sequence)
            self.answered()
            self.tell("refused", handle=handle, sequence=sequence, refused=refused)
        elif channel.state == "opening":
            del self.channels[handle]
            self.freed.append(handle)
            self.answered()
            self.tell("opened", handle=handle, refused=refused)
        elif channel.state == "closing":
            channel.state = "open"
            self.answered()
            self.tell("closed", handle=handle, refused=refused)
        else:
            self.expect(channel.receipt)
            channel.receipt = False
            self.answered()
            self.tell("receipt", handle=handle, refused=refused)
