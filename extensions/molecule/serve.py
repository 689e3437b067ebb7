# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""`serve.py FILE REGION`: an emulated AWS with the demo's estate, for as long as FILE, which holds its URL, exists."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import boto3

from tests.emulator.estate import build
from tests.emulator.server import Emulator


def main() -> None:
    url_file, region = Path(sys.argv[1]), sys.argv[2]
    with Emulator() as emulator:
        session = boto3.Session("molecule", "molecule", region_name=region)
        build(*(session.client(service, endpoint_url=emulator.url) for service in ("ec2", "elasticache")))
        unfinished = url_file.with_suffix(".unfinished")
        unfinished.write_text(emulator.url)
        os.replace(unfinished, url_file)
        while url_file.exists():
            time.sleep(0.2)


if __name__ == "__main__":
    main()
