"""What is read is what was published, or nothing is."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy
import pytest
from conftest import drlput

from drlput_client import Version, VersionError


def test_a_version_of_a_run_is_read(versions: list[Path]) -> None:
    version = Version.read(versions[0])

    assert version.number == int(versions[0].name)
    assert version.experiment.name == "small-market"
    assert version.experiment.actions.size == 12
    assert version.experiment.actions.hyperparameters(version.experiment.actions.manual_action) == {
        "w_click": 1.0,
        "reserve_price": 0.2,
    }


@pytest.mark.parametrize("name", ["manifest.json", "experiment.yaml", "encoder.arrow", "weights-0.arrow"])
@pytest.mark.parametrize("damage", ["flipped", "cut", "gone"])
def test_damage_is_named_with_its_file(versions: list[Path], tmp_path: Path, name: str, damage: str) -> None:
    copy = tmp_path / versions[0].name
    shutil.copytree(versions[0], copy)
    content = bytearray((copy / name).read_bytes())
    if damage == "flipped":
        content[len(content) // 2] ^= 1
    (copy / name).write_bytes(content[: -1 if damage == "cut" else len(content)])
    if damage == "gone":
        (copy / name).unlink()

    with pytest.raises(VersionError) as refused:
        Version.read(copy)

    assert name in str(refused.value)


def test_a_directory_under_another_versions_name_is_refused(versions: list[Path], tmp_path: Path) -> None:
    shutil.copytree(versions[0], tmp_path / versions[1].name)

    with pytest.raises(VersionError, match=f"is the manifest of version {int(versions[0].name)}"):
        Version.read(tmp_path / versions[1].name)


def test_an_exported_arrow_file_is_the_same_version(run: Path, versions: list[Path], tmp_path: Path) -> None:
    number = int(versions[1].name)
    drlput("versions", "export", number, "--format", "arrow", "--dir", run, "--out", tmp_path / "policy.arrow")

    exported = Version.read(tmp_path / "policy.arrow")

    published = Version.read(versions[1])
    assert exported.number == number
    assert exported.statistics == published.statistics
    for name, values in published.weights.items():
        assert numpy.array_equal(exported.weights[name], values), name
