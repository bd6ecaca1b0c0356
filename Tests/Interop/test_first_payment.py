"""Runs first_payment.py against a real broker and a real merchant, and counts the money."""

import base64
import json
import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

HERE = Path(__file__).resolve().parent
TOLL = os.environ.get("TOLL", str(HERE.parents[1] / ".build/debug/toll"))
PRICE, COUNT = 2500, 12  # in units of EUR/6


def text_of(key):
    return base64.urlsafe_b64encode(bytes.fromhex(key)).decode().rstrip("=")


class FirstPayment(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        self.environment = {**os.environ, "TOLL_HOME": self.folder}

    def toll(self, *arguments):
        done = subprocess.run([TOLL, *arguments, "--json"], env=self.environment, timeout=60,
                              capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stderr)
        return json.loads(done.stdout)

    def serve(self, role):
        """Starts a server, and waits for the line that it writes when it listens."""
        server = subprocess.Popen(
            [TOLL, role, "serve", "--listen", "127.0.0.1:0"], env=self.environment,
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.addCleanup(server.stdout.close)
        self.addCleanup(server.wait, 30)
        self.addCleanup(server.terminate)
        return json.loads(server.stdout.readline())

    def pay(self, broker, merchant, resource="article"):
        return subprocess.run(
            [sys.executable, str(HERE / "first_payment.py"), broker, merchant, resource,
             str(COUNT)], cwd=self.folder, timeout=60, capture_output=True, text=True)

    def test_the_money_arrives(self):
        self.toll("broker", "init", "--faucet")
        broker = self.serve("broker")["url"]
        self.toll("merchant", "init", "--broker", broker, "--price", "article=0.0025")
        merchant = self.serve("merchant")

        paid = self.pay(broker, merchant["address"])
        self.assertEqual(paid.returncode, 0, paid.stderr)
        told = json.loads(paid.stdout.splitlines()[-1])
        self.assertEqual(told["paid"], PRICE * COUNT)
        self.assertEqual(told["payments"], COUNT)

        channel, = self.toll("merchant", "channels")
        self.assertEqual(channel["channel"], told["commitment"])
        self.assertEqual(channel["payer"], text_of(told["payer"]))
        self.assertEqual((channel["payments"], channel["state"]), (COUNT, "closed"))
        self.assertEqual((channel["accepted"], channel["spent"]), ("0.030000", "0.030000"))

        redeemed = self.toll("merchant", "redeem")
        self.assertEqual((redeemed["gross"], redeemed["net"]), ("0.030000", "0.030000"))

        balances = {(row["party"], row["purpose"]): row["balance"]
                    for row in self.toll("broker", "accounts")}
        account = text_of(told["account"])
        self.assertEqual(balances[merchant["merchant"], "available"], "0.030000")
        self.assertEqual(balances[account, "available"], "0.030000")
        self.assertEqual(balances[account, "reserved"], "0.000000")

    def test_an_impostor_is_not_paid(self):
        self.toll("broker", "init", "--faucet")
        broker = self.serve("broker")["url"]
        self.toll("merchant", "init", "--broker", broker, "--price", "article=0.0025")
        merchant = self.serve("merchant")
        # The address of somebody else, who answers on this merchant's port.
        impostor = merchant["address"].replace(merchant["merchant"], text_of("02" + "00" * 31))
        paid = self.pay(broker, impostor)
        self.assertNotEqual(paid.returncode, 0)
        self.assertIn("another merchant", paid.stderr)
        self.assertEqual(self.toll("merchant", "channels"), [])

    def test_what_is_not_sold_is_not_paid(self):
        self.toll("broker", "init", "--faucet")
        broker = self.serve("broker")["url"]
        self.toll("merchant", "init", "--broker", broker, "--price", "article=0.0025")
        paid = self.pay(broker, self.serve("merchant")["address"], "poem")
        self.assertNotEqual(paid.returncode, 0)
        self.assertIn("the merchant sent", paid.stderr)


if __name__ == "__main__":
    unittest.main()
