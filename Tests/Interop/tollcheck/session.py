"""What both sides of the peer protocol share: frames in, frames out, the transcript, the end."""

from hashlib import sha256

from . import frames
from .reasons import CODE, NUMBER, RETRYABLE, Refused

HANDSHAKE_SECONDS = 10
VERSION = 1
FINISHED = "finished"


def transcript(hello_body, ack_without_signature, certificate):
    """TC-06.10; `certificate` is nothing on plain TCP."""
    return sha256(hello_body + ack_without_signature + (certificate or b"")).digest()


def error(reason, handle=None, sequence=None):
    return [frames.ERROR, handle, sequence, NUMBER[reason], RETRYABLE[reason], ""]


def code(number):
    """TC-09.3: an unknown number is treated as `internal`."""
    return CODE.get(number, "internal")


class Session:
    """Common to both sides. A step of the outside world fills `sent` and `told`, and may end it."""

    def __init__(self, began):
        self.buffer, self.state = b"", "hello"
        self.frame_began = None          # when the first byte of an unfinished frame came
        self.began = self.quiet_since = began
        self.sent, self.told, self.ends = [], [], None

    def step(self, now, act):
        """Carries out `act(now)`: (frames sent, what the outside is told, reason of the end)."""
        self.sent, self.told, self.ends = [], [], None
        if self.state != "ended":
            act(now)
        return self.sent, self.told, self.ends

    def receive(self, data, now):
        self.buffer += data
        self.read(now)

    def read(self, now):
        """Takes whole frames off the stream, as long as this side reads."""
        try:
            while self.state != "ended" and self.reads():
                if len(self.buffer) < 4:
                    break
                size = frames.body_size(self.buffer[:4])
                if len(self.buffer) < 4 + size:
                    break
                body, self.buffer = self.buffer[4:4 + size], self.buffer[4 + size:]
                self.quiet_since, self.frame_began = now, None
                self.message(frames.decode_body(body), body, now)
        except Refused as refused:
            self.end(refused.reason)
        if self.buffer and self.frame_began is None:
            self.frame_began = now

    def reads(self):
        return True

    def end(self, reason):
        """TC-06.34: for a fault of the other side, or a time that is over."""
        self.sent.append(error(reason))
        self.state, self.ends = "ended", reason
