"""How much memory a process has had."""

from pathlib import Path

import psutil


def peak_megabytes(process: psutil.Process) -> float:
    """The most memory that a process has had, in MB; what it has now where the system does not keep count."""
    status = Path(f"/proc/{process.pid}/status")
    if status.exists():
        [line] = [line for line in status.read_text().splitlines() if line.startswith("VmHWM")]
        return int(line.split()[1]) / 1024
    now = process.memory_info()
    return getattr(now, "peak_wset", now.rss) / 2**20
