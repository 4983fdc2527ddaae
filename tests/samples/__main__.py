"""Write the sample of each event type that has none yet; a stored sample is never rewritten."""

from __future__ import annotations

import msgspec

from tests.samples.telling import tell
from tests.samples.test_samples import EVENTS_STORED, sample_path


def main() -> None:
    """Write what is missing beside what is there."""
    EVENTS_STORED.mkdir(exist_ok=True)
    for name, event in tell().items():
        path = sample_path(name)
        if not path.exists():
            path.write_bytes(msgspec.json.format(msgspec.json.encode(event), indent=1) + b"\n")


if __name__ == "__main__":
    main()
