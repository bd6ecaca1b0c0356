"""The merchant's side of the peer protocol (TC-06.35): a state machine without I/O."""

from . import cbor, frames, keys, objects
from .reasons import Refused
from .session import FINISHED, HANDSHAKE_SECONDS, VERSION, Session, code, error, transcript

FRAME_SECONDS = 30
IDLE_SECONDS = 600
ABUSES_MAXIMUM = 16
ABUSE = {"malformed", "not-canonical", "unknown-field", "too-large", "bad-signature", "weak-key",
         "bad-payword"}  # TC-06.51


class Channel:
    def __init__(self):
        self.state = "opening"
        self.last_sequence = self.last_meter = -1
        self.payments = []      # sequences that wait for an answer
        self.receipt = False    # whether one is under way


class Merchant(Session):
    def __init__(self, seed, nonce, began, limits, certificate=None):
        super().__init__(began)
        self.seed, self.nonce, self.certificate = seed, nonce, certificate
        self.jump, self.unanswered, self.channels_maximum = limits
        self.channels, self.quotes, self.waiting, self.abuses = {}, [], 0, 0

    def reads(self):
        """TC-06.37."""
        return self.waiting < self.unanswered

    def end(self, reason):
        """TC-06.34: what was asked for in the same stretch of bytes is not begun any more."""
        super().end(reason)
        self.told = []

    def refuse(self, reason, handle=None, sequence=None):
        self.sent.append(error(reason, handle, sequence))
        if reason in ABUSE:
            self.abuses += 1
            if self.abuses == ABUSES_MAXIMUM:
                self.end("rate-limited")

    def finish(self, now):
        if self.state == "hello" or not self.waiting:
            self.state, self.ends = "ended", FINISHED
        else:
            self.state = "finishing"

    def advance(self, now):
        """TC-06.50."""
        if self.state == "hello":
            late = now >= self.began + HANDSHAKE_SECONDS
        elif self.waiting:
            late = False
        elif self.frame_began is not None:
            late = now >= max(self.frame_began, self.quiet_since) + FRAME_SECONDS
        else:
            late = now >= self.quiet_since + IDLE_SECONDS
        if late:
            self.end("timed-out")

    def meter(self, handle, number, amount, units):
        channel = self.channels.get(handle)
        if channel and channel.state == "open" and number > channel.last_meter:
            channel.last_meter = number
            self.sent.append([frames.METER, handle, number, amount, units])

    # Messages of the payer.

    def message(self, message, body, now):
        kind, *elements = message
        if self.state == "hello":
            if kind != frames.HELLO:
                raise Refused("unexpected-message")
            return self.hello(elements[0], body)
        act = {frames.QUOTE: self.quote, frames.OPEN: self.open, frames.PAY: self.pay,
               frames.CLOSE: self.close, frames.RECEIPT_PLEASE: self.receipt_please}.get(kind)
        if self.state == "finishing":
            if act:
                handle = None if kind == frames.QUOTE else elements[0]
                self.refuse("busy", handle, elements[1] if kind == frames.PAY else None)
            return
        if kind == frames.ERROR:
            return self.error_of_payer(*elements)
        if not act:
            raise Refused("unexpected-message")
        act(*elements)

    def hello(self, versions, body):
        if VERSION not in versions:
            raise Refused("unsupported-version")
        limits = {1: self.jump, 2: self.unanswered, 3: self.channels_maximum}
        ack = [frames.HELLO_ACK, VERSION, keys.public_key(self.seed), self.nonce, limits]
        self.transcript = transcript(body, cbor.encode([*ack, None]), self.certificate)
        self.sent.append([*ack, keys.sign(self.seed, b"tollchain/1 hello" + self.transcript)])
        self.state = "established"

    def error_of_payer(self, handle, sequence, number, *_):
        if handle is None and sequence is not None:
            raise Refused("unexpected-message")
        if handle is None:
            self.state, self.ends = "ended", code(number)

    def quote(self, resource):
        self.quotes.append(resource)
        self.waiting += 1
        if len(self.quotes) == 1:
            self.told.append({"kind": "offer", "resource": resource})

    def open(self, handle, commitment, funding, proof, salt):
        if handle in self.channels:
            return self.refuse("unexpected-message", handle)
        living = sum(channel.state != "closed" for channel in self.channels.values())
        if living >= self.channels_maximum:
            return self.refuse("limit-exceeded", handle)
        try:
            commitment = objects.decode(commitment, "commitment")
            keys.verify(commitment.fields[2],
                        b"tollchain/1 open" + self.transcript + commitment.id, proof)
        except Refused as refused:
            return self.refuse(refused.reason, handle)
        self.channels[handle] = Channel()
        self.waiting += 1
        self.told.append(
            {"kind": "open", "handle": handle, "commitment_id": commitment.id.hex()})

    def pay(self, handle, sequence, paywords, amount, reference):
        channel = self.channels.get(handle)
        if not channel or channel.state == "opening":
            return self.refuse("unknown-handle", handle, sequence)
        if sequence <= channel.last_sequence:
            raise Refused("unexpected-message")  # TC-06.22
        channel.last_sequence = sequence
        if channel.state != "open":
            return self.refuse("channel-closed", handle, sequence)
        channel.payments.append(sequence)
        self.waiting += 1
        self.told.append({
            "kind": "pay", "handle": handle, "sequence": sequence, "amount": str(amount),
            "paywords": [{"ordinal": o, "index": i, "payword": p.hex()} for o, i, p in paywords],
            "reference": None if reference is None else reference.hex()})

    def under_way(self, handle):
        """The channel that a close or receipt may begin on, or None after a refusal."""
        channel = self.channels.get(handle)
        if not channel or channel.state == "opening":
            return self.refuse("unknown-handle", handle)
        if channel.state == "closing" or channel.receipt:
            return self.refuse("busy", handle)
        return channel

    def close(self, handle, request):
        channel = self.under_way(handle)
        if not channel:
            return
        if channel.state == "closed":
            return self.refuse("channel-closed", handle)
        try:
            objects.decode(request, "close-request")
        except Refused as refused:
            return self.refuse(refused.reason, handle)
        channel.state = "closing"
        self.waiting += 1
        self.told.append({"kind": "close", "handle": handle})

    def receipt_please(self, handle):
        channel = self.under_way(handle)
        if channel:
            channel.receipt = True
            self.waiting += 1
            self.told.append({"kind": "receipt", "handle": handle})

    # Answers of whoever keeps the channels.

    def answer(self, answer, now):
        getattr(self, "answer_" + answer["kind"])(**{k: v for k, v in answer.items()
                                                     if k != "kind"})
        self.quiet_since = now
        if self.state == "established":
            self.read(now)
        elif self.state == "finishing":
            self.read(now)
            if not self.waiting and self.state != "ended":
                self.state, self.ends = "ended", FINISHED

    def answered(self, refused, handle, message):
        self.waiting -= 1
        if refused:
            self.refuse(refused, handle)
        else:
            self.sent.append(message)

    def answer_offer(self, object=None, refused=None):
        if self.quotes:
            self.quotes.pop(0)
            self.answered(refused, None, [frames.OFFER, object])
            if self.quotes:
                self.told.append({"kind": "offer", "resource": self.quotes[0]})

    def answer_opened(self, handle, paywords=None, accepted=0, spent=0, refused=None):
        channel = self.channels.get(handle)
        if channel and channel.state == "opening":
            channel.state = "open"
            if refused:
                del self.channels[handle]
            self.answered(refused, handle, [frames.OPENED, handle, paywords, accepted, spent])

    def answer_payments(self, outcomes):
        """TC-06.26: errors at once, then one paid for each handle, of its latest sequence."""
        paid = {}
        for outcome in outcomes:
            handle, sequence = outcome["handle"], outcome["sequence"]
            channel = self.channels.get(handle)
            if not channel or not channel.payments or channel.payments.pop(0) != sequence:
                return self.end("internal")  # TC-06.36
            self.waiting -= 1
            refused = outcome.get("refused")
            if refused:
                self.refuse(refused, handle, sequence)
                if self.state == "ended":
                    return
            if not refused or refused == "stale-index":
                paid[handle] = [frames.PAID, handle, sequence, outcome["accepted"],
                                outcome["spent"]]
        self.sent += paid.values()

    def answer_closed(self, handle, close=None, receipt=None, refused=None):
        channel = self.channels.get(handle)
        if channel and channel.state == "closing":
            channel.state = "open" if refused else "closed"
            self.answered(refused, handle, [frames.CLOSED, handle, close, receipt])

    def answer_receipt(self, handle, object=None, refused=None):
        channel = self.channels.get(handle)
        if channel and channel.receipt:
            channel.receipt = False
            self.answered(refused, handle, [frames.RECEIPT, handle, object])
