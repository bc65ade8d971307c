"""A process of its own that replays everything open and is killed before it records that.

Usage: killed_replay.py SETTINGS, as JSON
"""

import json
import os
import signal
import sys

from carbonpeak.service import Service
from carbonpeak.settings import Settings
from ingest.replay import Replayer
from ledger.rejections import Which
from ledger.replaying import replay_page
from store.registry_db import Replays


class Killing(Replays):
    """Its record is never reached."""

    def record(self, *_: object) -> None:
        """Die here, after the append."""
        os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    service = Service(Settings(**json.loads(sys.argv[1])))
    again = Replayer(service.pipeline, service.store, Killing(service.database))
    replay_page(
        service.books, again, Which(), by="officer", dry_run=False, before_id=None, limit=100
    )
