"""Some load for a long time: what grows?"""

import threading
import time

from .bench import Bench, Broken
from .good import GoodClient, call_on
from .rows import judged
from .wire import Grpc, Http, WebSocket

WARM = 20  # Seconds before the first look.


def soak(minutes):
    with Bench("soak") as bench:
        end, calls, first = threading.Event(), [], threading.Event()
        threads = [threading.Thread(target=churn, args=(kind, bench, calls, end)) for kind in (Http, Grpc, WebSocket)]
        for each in threads:
            each.start()
        with GoodClient(bench) as good:
            time.sleep(WARM)
            good.harm()
            before = bench.usage(), bench.live_heap()
            time.sleep(minutes * 60)
            after = bench.usage(), bench.live_heap()
            end.set()
            for each in threads:
                each.join()
            good.heal()
        wrong = [call for call in calls if call]
        said = (f"{len(calls):,} calls on connections of their own beside it, {len(wrong)} wrong; heap in use {before[1]:.0f} -> {after[1]:.0f} MiB, RSS {before[0][0]:.0f} -> {after[0][0]:.0f} MiB, "
                f"threads {before[0][1]} -> {after[0][1]}, descriptors {before[0][2]} -> {after[0][2]}")
        row = judged(good.noticed(), bench.peak, said, 0, 1000, 5)
        if wrong:
            raise Broken(f"calls failed: {wrong[:3]}", row)
        if after[1] > before[1] + 20 or after[0][1] > before[0][1] + 20 or after[0][2] > before[0][2] + 20:
            raise Broken("something grows", row)
        return row


def churn(kind, bench, calls, end):
    """Each call on a new connection, and each tenth with a new token."""
    token, n = bench.token, 0
    while not end.wait(0.02):
        n += 1
        token = bench.issuer.token(f"churn{n}@example.com") if n % 10 == 0 else token
        try:
            client = kind(bench.place, token)
            client.call()
            client.close()
            calls.append(None)
        except Exception as e:
            calls.append(f"{kind.__name__}: {e}")
