"""A process of its own that makes a correction and is killed on the way.

Usage: killed_correction.py SETTINGS WANTED METHOD, the first two as JSON. METHOD of the store
("append") or of the record ("finish") is where it is killed: before that has begun.
"""

import json
import os
import signal
import sys
from datetime import datetime

from carbonpeak.service import Service
from carbonpeak.settings import Settings
from models.corrections import CorrectionKind, CorrectionReason, Wanted


def die(*_: object) -> None:
    """kill -9."""
    os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    service = Service(Settings(**json.loads(sys.argv[1])))
    owner = service.store if hasattr(service.store, sys.argv[3]) else service.corrector._record
    setattr(owner, sys.argv[3], die)
    given = json.loads(sys.argv[2])
    given |= {
        "kind": CorrectionKind(given["kind"]),
        "reason": CorrectionReason(given["reason"]),
        "values": [(datetime.fromisoformat(one["ts"]), one["value"]) for one in given["values"]],
    }
    service.corrector.correct(Wanted(**given))
