"""Prints the requests of a folder's logs that were not refused: what is refused on purpose need not be well formed."""

import json
import pathlib
import sys

for log in sorted(pathlib.Path(sys.argv[1]).glob("*.jsonl")):
    for line in log.read_text().splitlines():
        if 200 <= json.loads(line)["status"] < 400:
            print(line)
