"""Write a new revision from what the tables have and the migrations lack.

python -m store.migrations "outlets and permits"
"""

from __future__ import annotations

import sys

from alembic import command
from alembic.script import ScriptDirectory

from store.registry_db.connecting import migrating, open_engine
from store.registry_db.migrating import migrations

if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    with migrating(open_engine("sqlite://")) as connection:
        config = migrations(connection)
        command.upgrade(config, "head")
        number = len(list(ScriptDirectory.from_config(config).walk_revisions())) + 1
        command.revision(config, sys.argv[1], autogenerate=True, rev_id=f"{number:04}")
