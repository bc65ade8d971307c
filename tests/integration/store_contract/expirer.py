"""A process of its own that lets all payloads expire, until it is killed.

Usage: expirer.py FILE, or expirer.py URL BUCKET TOKEN
"""

import sys
from datetime import timedelta

from tests.integration.store_contract.appender import open_store, utc_now

if __name__ == "__main__":
    store = open_store(*sys.argv[1:])
    print("ready", flush=True)
    print(store.expire_payloads(utc_now() + timedelta(days=1)), flush=True)
