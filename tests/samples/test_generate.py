"""Does a generated batch have what the contract asks for, with a truth for every case?"""

import csv
import json
from pathlib import Path

import yaml

from samples.generate import generate
from samples.references import COLUMNS


def test_a_batch_is_written_with_its_truth(tmp_path: Path) -> None:
    generate(3, 42, tmp_path, looks=("digital",), defects="missing_reminder,underpaid,none")
    batch = tmp_path / "batch"
    with (batch / "cases.csv").open(encoding="utf-8") as handle:
        rows = list(csv.DictReader(handle))
    assert [row["case"] for row in rows] == ["C-0001", "C-0002", "C-0003"]
    assert {path.stem for path in (batch / "references").glob("*.csv")} == set(COLUMNS)
    for row in rows:
        declared = yaml.safe_load((batch / row["case"] / "case.yaml").read_text(encoding="utf-8"))
        assert declared["premium"]["due"] == row["premium.due"]
        truth = json.loads((tmp_path / "truth" / f"{row['case']}.json").read_text(encoding="utf-8"))
        assert len(truth["expected"]) == 119
        for document in truth["documents"]:
            for page in document["pages"]:
                assert (batch / row["case"] / page["file"]).exists()
    kinds = [
        json.loads((tmp_path / "truth" / f"{row['case']}.json").read_text(encoding="utf-8"))["defects"] for row in rows
    ]
    assert [[defect["kind"] for defect in found] for found in kinds] == [["missing_reminder"], ["underpaid"], []]
