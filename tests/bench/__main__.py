"""Run every benchmark and print one table. Gates nothing: machines are noisy, medians are shown."""

import platform
from typing import Final

from tests.bench import audit_append, sign_in_hashing, verify
from tests.bench.table import show

BENCHMARKS: Final = (audit_append, verify, sign_in_hashing)


def main() -> None:
    """Measure in turn, so that nothing is measured beside something else."""
    print(f"Python {platform.python_version()} on {platform.machine()}")
    for benchmark in BENCHMARKS:
        print((benchmark.__doc__ or "").splitlines()[0])
        show(benchmark.measure())


if __name__ == "__main__":
    main()
