"""Runs that never were, for pages to look at: their tables, and folders of a few cells. runs.py NAME FOLDER makes one of
RUNS there."""
import csv
import os
import shutil
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "fixtures"))
import cells  # noqa: E402

STRATEGIES = "first random classes per_class top_loss low_loss classes_top_loss hardest gradient_norm importance".split()
CELL_FILES = ("epochs.csv", "log.txt", "experiment.yaml", "result.csv")


def row(batch, portion, strategy, seed, **others):
    name = f"balanced-b{batch}-m4-p{portion:g}-{strategy}-s{seed}" + "".join(f"-{key}{value}" for key, value in others.items())
    made = {"cell": name, "status": "ok", "dataset": "procedural", "model": "conv4", "loss": "multi_similarity",
            "sampler": "balanced", "strategy": strategy, "batch_size": batch, "samples_per_class": 4, "portion": f"{portion:g}",
            "selected": round(batch * portion), "backprop": "direct", "precision": "f32", "seed": seed, "epochs": cells.EPOCHS,
            "started_at": "2026-01-01T00:00:00Z", "host": "nowhere", "commit": "0123456789ab", **others}
    measured = cells.measured(batch, portion, strategy + str(sorted(others.items())), "direct", seed)
    made.update({column: f"{value:.9g}" for column, value in measured.items()})
    return made


def write(folder, rows):
    os.makedirs(folder)
    columns = cells.COLUMNS + [key for key in rows[0] if key not in cells.COLUMNS]
    cells.write(f"{folder}/cells.csv", columns, rows)


def small(folder):
    """The fixture of the other tests, with the files of its first cell, and without one of its second."""
    shutil.copytree(os.path.join(HERE, "..", "fixtures", "run"), folder)
    with open(f"{folder}/cells.csv", newline="") as file:
        names = [made["cell"] for made in csv.DictReader(file) if made["status"] == "ok"]
    for name, files in ((names[0], CELL_FILES), (names[1], CELL_FILES[1:])):
        os.makedirs(f"{folder}/cells/{name}")
        for file in files:
            open(f"{folder}/cells/{name}/{file}", "w").close()
    with open(f"{folder}/experiment.yaml", "w") as file:
        file.write("# A run that never was.\ndataset: procedural\n")


def wide(folder):
    """13 strategies x 3 portions x 3 seeds, and ordinary training."""
    shutil.copytree(os.path.join(HERE, "..", "fixtures", "many"), folder)


def large(folder):
    """10,000 cells in 2,000 groups."""
    points = [(batch, portion, strategy, size) for size in range(32, 45) for batch in (16, 32, 64, 128)
              for portion in (0.125, 0.25, 0.5, 0.75, 1) for strategy in (STRATEGIES if portion < 1 else ["full"])]
    write(folder, [row(batch, portion, strategy, seed, image_size=size) for batch, portion, strategy, size in points[:2000]
                   for seed in range(5)])


RUNS = {"small": small, "wide": wide, "large": large}

if __name__ == "__main__":
    RUNS[sys.argv[1]](sys.argv[2])
