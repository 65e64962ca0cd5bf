"""The table of kills and resumes."""

import argparse
import os
import pathlib
import tempfile

from tests.kill.run import kill_and_resume

COLUMNS = "{:>4}  {:<8} {:<22} {:>6} {:>9} {:>9} {:>7} {:>10} {:>6}"


def main():
    parser = argparse.ArgumentParser(prog="python -m tests.kill")
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--kills", type=int, default=1)
    chosen = parser.parse_args()
    print(
        COLUMNS.format(
            "seed", "write", "killed at line", "rows", "settled", "looked up", "resent", "sent first", "wrong"
        )
    )
    with tempfile.TemporaryDirectory() as folder:
        os.environ["HUBFRAME_HOME"] = folder
        for seed in range(chosen.first, chosen.first + chosen.seeds):
            met = kill_and_resume(seed, pathlib.Path(folder), chosen.kills)
            counts = (met.rows, met.settled_before, met.looked_up, met.resent, met.sent_first, len(met.wrong))
            print(COLUMNS.format(seed, met.write, met.killed_when, *counts), flush=True)
            for line in met.wrong[:5]:
                print("     ", line)


if __name__ == "__main__":
    main()
