#!/usr/bin/env python3
"""Your first payment: a whole Tollchain payer in one file, to be read from top to bottom.

    first_payment.py http://127.0.0.1:8420 toll+tcp://KEY@127.0.0.1:7600 article 10

It draws a wallet's secret, gets play money, has it reserved, opens a channel, pays COUNT times for
RESOURCE, and closes. TC-… are rules of spec/; spec/14-first-payment.md walks through this file.
"""

import base64, hashlib, hmac, http.client, json, os, socket, ssl, struct, sys, time, urllib.parse

import cbor2
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

# --- Bytes (spec/01). cbor2 writes maps in the order given, so keys are given in ascending order.


def insist(right, otherwise):
    if not right:
        raise SystemExit(f"stopped: {otherwise}")


def decoded(data):
    """One item; written again it must be the same bytes (TC-01.1, as far as cbor2 can tell)."""
    value = cbor2.loads(data)
    insist(cbor2.dumps(value) == data, "not the one encoding")
    return value


def sha256(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def key_pair(seed):
    key = Ed25519PrivateKey.from_private_bytes(seed)
    return key, key.public_key().public_bytes_raw()


def to_be_signed(protected, payload):  # TC-01.22
    return cbor2.dumps(["Signature1", protected, b"", payload])


def signed(kind, payload, seed):  # TC-01.19 to 21
    key, public = key_pair(seed)
    payload = cbor2.dumps(payload)
    protected = cbor2.dumps({1: -19, 3: f"application/tollchain.{kind}+cbor", 4: public})
    signature = key.sign(to_be_signed(protected, payload))
    return cbor2.dumps(cbor2.CBORTag(18, [protected, {}, payload, signature]))


def opened(data, kind, signer):
    """The fields of an object that somebody else signed; raises if it is not what we expect."""
    protected, _, payload, signature = decoded(data).value
    expected = {1: -19, 3: f"application/tollchain.{kind}+cbor", 4: signer}
    insist(decoded(protected) == expected, f"not a {kind} of whom we expect")
    Ed25519PublicKey.from_public_bytes(signer).verify(signature, to_be_signed(protected, payload))
    return decoded(payload)


# --- The broker (spec/12): signed objects in, CBOR out, and a reason where it refuses.


def ask_broker(method, path, body=None, kind=None):
    url = urllib.parse.urlsplit(broker_url)
    secure = url.scheme == "https"
    insist(secure or url.hostname in LOOPBACK, "the broker's address needs https")  # TC-12.1
    connect = http.client.HTTPSConnection if secure else http.client.HTTPConnection
    connection = connect(url.hostname, url.port, timeout=30)
    headers = {"Content-Type": f"application/tollchain.{kind}+cbor"} if kind else {}
    connection.request(method, url.path.rstrip("/") + path, body, headers)
    answer = connection.getresponse()
    data = answer.read(1 << 20)
    insist(answer.status < 300, f"the broker refused: {data!a}")
    return decoded(data) if data else None


# --- The stream (spec/06): a frame is a length and one CBOR array.


def send(*message):
    body = cbor2.dumps(list(message))
    stream.sendall(struct.pack(">I", len(body)) + body)
    return body


def receive(wanted):
    def exactly(size):
        data = b""
        while len(data) < size:
            more = stream.recv(size - len(data))
            insist(more, "the merchant hung up")
            data += more
        return data
    size, = struct.unpack(">I", exactly(4))
    insist(0 < size <= 65536, "the frame is too large")  # TC-06.4
    message = decoded(exactly(size))
    # Message 12 is an error; its fourth element is a number of spec/09.
    insist(message[0] == wanted, f"the merchant sent {message!a}")
    return message


LOOPBACK = ("localhost", "127.0.0.1", "::1")
broker_url, merchant_address, resource, count = (*sys.argv[1:4], int(sys.argv[4]))
address = urllib.parse.urlsplit(merchant_address)
merchant = base64.urlsafe_b64decode(address.netloc.partition("@")[0] + "=")  # TC-02.5
now = int(time.time())

# 1. A wallet is 32 secret bytes, which nobody else may read (TC-02.11, TC-02.13).
secret = os.urandom(32)
record = os.open("first-payment.wallet", os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)


def write_down(*what):
    """What a payer must still know after a crash, before anybody else learns it (TC-00.7)."""
    os.write(record, json.dumps(what).encode() + b"\n")
    os.fsync(record)


write_down("secret", secret.hex())
broker, certificates, assets, *_ = ask_broker("GET", "/v1/broker")
asset = assets[0]
account_seed = hmac.digest(secret, b"tollchain/1 account key" + broker, "sha256")
payer_seed = hmac.digest(
    secret, b"tollchain/1 payer key" + broker + merchant + struct.pack(">I", 0), "sha256")
account, payer = key_pair(account_seed)[1], key_pair(payer_seed)[1]

# 2. Connect, and make sure that it is the merchant who answers (TC-06.9 to 13).
stream = socket.create_connection((address.hostname, address.port), timeout=30)
certificate = b""
if address.scheme == "toll":  # any TLS certificate will do, because the handshake covers it
    tls = ssl.create_default_context()
    tls.check_hostname, tls.verify_mode = False, ssl.CERT_NONE
    tls.minimum_version = ssl.TLSVersion.TLSv1_3
    stream = tls.wrap_socket(stream, server_hostname=address.hostname)
    certificate = sha256(stream.getpeercert(binary_form=True))
else:
    insist(address.hostname in LOOPBACK, "the merchant's address needs TLS")  # TC-06.1
hello = send(1, [1], os.urandom(16), "first-payment.py")
_, version, who, nonce, limits, signature = receive(2)
insist((version, who) == (1, merchant), "another version, or another merchant")
transcript = sha256(hello, cbor2.dumps([2, version, who, nonce, limits, None]), certificate)
Ed25519PublicKey.from_public_bytes(merchant).verify(
    signature, b"tollchain/1 hello" + transcript)

# 3. What does it cost (TC-04.14)?
send(3, resource)
offer = opened(receive(4)[1], "offer", merchant)
price = offer[5]
insist(offer[3] == asset and broker in offer[2], "the merchant takes other money")
print(f"{resource} costs {price} units of {asset[0]}/{asset[1]}")

# 4. A commitment: one chain, each payword of which pays once (spec/03). The context is the hash of
#    the payload with the root zeroed; from it follow the chain's key and tip, and from the tip,
#    hashed down, every payword to the root.
length = 2 * count
commitment = {
    1: os.urandom(16), 2: payer, 3: merchant, 4: broker, 5: asset, 6: [[price, length, bytes(32)]],
    7: now, 8: now + 86_400, 9: now + 9 * 86_400}
context = sha256(cbor2.dumps(commitment))
chain_key = sha256(b"tollchain/1 chain", context, b"\0")[:16]
paywords = [hmac.digest(secret, b"tollchain/1 tip" + context + b"\0", "sha256")]
for index in range(length, 0, -1):
    paywords.insert(0, sha256(chain_key, struct.pack(">I", index), paywords[0]))
commitment[6][0][2] = paywords[0]
commitment_object = signed("commitment", commitment, payer_seed)
commitment_id = sha256(cbor2.dumps(commitment))[:16]
write_down("commitment", commitment_object.hex())

# 5. An account, money in it, and the commitment's whole worth reserved (spec/05, TC-12.5).
ask_broker("POST", "/v1/enrolments", signed(
    "enrolment", {1: broker, 2: account, 3: 1, 4: asset, 5: now}, account_seed), "enrolment")
ask_broker("POST", "/v1/faucet", signed("faucet-request", {
    1: broker, 2: account, 3: asset, 4: price * length, 5: os.urandom(16), 6: now},
    account_seed), "faucet-request")
objects, certificates = ask_broker("POST", "/v1/reservations", signed(
    "reservation-request", {1: broker, 2: account, 3: commitment_object, 4: now},
    account_seed), "reservation-request")

# 6. Open the channel. The proof shows that we hold the payer key, on this connection (TC-06.14).
proof = key_pair(payer_seed)[0].sign(b"tollchain/1 open" + transcript + commitment_id)
send(5, 0, commitment_object, objects + certificates, proof, None)
insist(receive(6)[1:] == [0, [], 0, 0], "a new channel has paid nothing")

# 7. Pay: one hash a payment, written down before it is sent (TC-06.41).
for index in range(1, count + 1):
    write_down("revealed", index)
    send(7, 0, index, [[0, index, paywords[index]]], price, None)
    paid = price * index
    insist(receive(8)[1:] == [0, index, paid, paid], "the merchant counts otherwise")  # TC-06.45
print(f"paid {count} times, {paid} units in all")

# 8. Close. The merchant signs where the chain ends; with that, the broker frees the rest.
send(10, 0, signed("close-request", {1: commitment_id, 2: merchant, 3: int(time.time())},
                   payer_seed))
_, _, close_object, receipt_object = receive(11)
close = opened(close_object, "close", merchant)
receipt = opened(receipt_object, "receipt", merchant)
insist((close[1], close[4]) == (commitment_id, [[0, count]]), "another close than ours")
insist((receipt[1], receipt[5], receipt[6]) == (commitment_id, paid, paid), "a wrong receipt")
stream.close()
ask_broker("POST", "/v1/closes", close_object, "close")

# 9. What is left in the account (TC-05.29).
_, _, available, _, reserved, *_ = ask_broker("POST", "/v1/statements", signed(
    "statement-request", {1: broker, 2: account, 3: asset, 4: int(time.time())},
    account_seed), "statement-request")
print(json.dumps({
    "commitment": commitment_id.hex(), "account": account.hex(), "payer": payer.hex(),
    "paid": paid, "payments": receipt[7], "available": available, "reserved": reserved}))
