"""A published version: verified, and all that it takes to choose an action."""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy
import numpy.typing
import pyarrow
import pyarrow.ipc

from . import experiment as experiments
from .errors import VersionError
from .experiment import Experiment

Floats = numpy.typing.NDArray[numpy.float32]

MANIFEST = "manifest.json"
EXPERIMENT = "experiment.yaml"
ENCODER = "encoder.arrow"
AGAIN = "it was cut, damaged or exchanged: fetch the version again"
_SEAL = re.compile(rb'"manifestSha256" : "([0-9a-f]{64})"\n}\n$')


@dataclass(frozen=True)
class Statistics:
    """What the training rows say of a numeric feature."""

    mean: float
    deviation: float


@dataclass(frozen=True)
class Version:
    """A version in memory. Share it between threads; do not write to its arrays."""

    number: int
    manifest: Mapping[str, Any]
    experiment: Experiment
    statistics: Mapping[str, Statistics]
    weights: Mapping[str, Floats]

    @staticmethod
    def read(path: str | os.PathLike[str]) -> Version:
        """Reads a version's directory, or a file of ``drlput versions export --format arrow``, and verifies every byte of it.

        Raises VersionError with every problem.
        """
        place = Path(path)
        if place.is_file():
            return _of_export(place)
        if not place.is_dir():
            raise VersionError(f"{place}: is not there, expected the directory of a published version")
        files = {}
        for file in sorted(place.iterdir()):
            if file.is_file() and not file.name.startswith("."):
                files[file.name] = file.read_bytes()
        version = Version.of(files, str(place))
        if re.fullmatch(r"\d{12}", place.resolve().name) and int(place.resolve().name) != version.number:
            raise VersionError(f"{place / MANIFEST}: is the manifest of version {version.number}: {AGAIN}")
        return version

    @staticmethod
    def of(files: Mapping[str, bytes], source: str) -> Version:
        """The version that these files are, by name; ``source`` is what errors call their place."""
        if MANIFEST not in files:
            raise VersionError(f"{source}/{MANIFEST}: is missing, expected the manifest of a version")
        manifest = parse_manifest(files[MANIFEST], f"{source}/{MANIFEST}")
        problems = [p for file in manifest["files"] if (p := _problem(file, files, source)) is not None]
        text = files.get(EXPERIMENT, b"")
        found = hashlib.sha256(text).hexdigest()
        if found != manifest["experimentSha256"]:
            problems.append(
                f"{source}/{EXPERIMENT}: its SHA-256 is {found}, expected {manifest['experimentSha256']}: {AGAIN}"
            )
        if problems:
            raise VersionError(problems)
        experiment = experiments.parse(text.decode(), f"{source}/{EXPERIMENT}")
        statistics = _statistics(files[ENCODER], f"{source}/{ENCODER}")
        pieces = []
        for file in manifest["files"]:
            if file["name"] != ENCODER:
                pieces.append(_table(files[file["name"]], f"{source}/{file['name']}", b"weights/1"))
        return _checked(manifest, experiment, statistics, _tensors(pieces, experiment, source), source)


def parse_manifest(content: bytes, source: str) -> dict[str, Any]:
    """The manifest in the bytes of its file, its seal checked."""
    try:
        manifest = json.loads(content)
    except ValueError as e:
        raise VersionError(f"{source}: is not JSON: {e}: fetch the version again") from e
    if not isinstance(manifest, dict) or manifest.get("formatVersion") != 1:
        raise VersionError(f"{source}: is no manifest of formatVersion 1: this version is of another DRL-PUT")
    seal = _SEAL.search(content)
    if seal is None:
        raise VersionError(f"{source}: does not end with its manifestSha256: it was cut or edited: fetch the version again")
    found = hashlib.sha256(content[: seal.start(1)] + content[seal.end(1) :]).hexdigest()
    if found != seal.group(1).decode():
        raise VersionError(
            f"{source}: its SHA-256 is {found}, expected {seal.group(1).decode()}: it was changed: fetch the version again"
        )
    names = [file["name"] for file in manifest["files"]]
    wrong = [name for name in names if not re.fullmatch(r"encoder\.arrow|weights-\d{1,6}\.arrow", name)]
    if wrong or ENCODER not in names or len(set(names)) != len(names):
        raise VersionError(f"{source}: is no manifest: it names the files {names}")
    return manifest


def _problem(expected: Mapping[str, Any], files: Mapping[str, bytes], source: str) -> str | None:
    place = f"{source}/{expected['name']}"
    content = files.get(expected["name"])
    if content is None:
        return f"{place}: is missing: fetch the version again"
    if len(content) != expected["bytes"]:
        return f"{place}: has {len(content)} bytes, expected {expected['bytes']}: {AGAIN}"
    found = hashlib.sha256(content).hexdigest()
    if found != expected["sha256"]:
        return f"{place}: its SHA-256 is {found}, expected {expected['sha256']}: {AGAIN}"
    return None


def _table(content: bytes, place: str, format_name: bytes) -> Any:
    try:
        table = pyarrow.ipc.open_file(io.BytesIO(content)).read_all()
    except (pyarrow.ArrowInvalid, OSError) as e:
        raise VersionError(f"{place}: can not be read: {e}: is the file whole?") from e
    found = (table.schema.metadata or {}).get(b"drlput.format", b"some Arrow file")
    if found != format_name:
        raise VersionError(f"{place}: is {found.decode()}, expected {format_name.decode()}: is it of another DRL-PUT?")
    return table


def _statistics(content: bytes, place: str) -> dict[str, Statistics]:
    rows = _table(content, place, b"encoder/1").to_pylist()
    return {row["feature"]: Statistics(row["mean"], row["deviation"]) for row in rows}


def _tensors(tables: list[Any], experiment: Experiment, source: str) -> dict[str, Floats]:
    """Whole tensors out of the pieces of them that the tables have."""
    tensors: dict[str, Floats] = {}
    for table in tables:
        values = table.column("values")
        for i, piece in enumerate(table.drop_columns(["values"]).to_pylist()):
            shape = (piece["rows"], piece["columns"])
            tensor = tensors.setdefault(piece["tensor"], numpy.full(shape, numpy.nan, numpy.float32))
            if tensor.shape != shape:
                raise VersionError(f"{source}: tensor '{piece['tensor']}' is {tensor.shape} and {shape}")
            rows = values[i].values.to_numpy(zero_copy_only=False).reshape(-1, piece["columns"])
            tensor[piece["firstRow"] : piece["firstRow"] + len(rows)] = rows
    problems = [
        f"{source}: tensor '{name}' is {tensors[name].shape if name in tensors else 'missing'}, expected {shape}"
        for name, shape in experiment.tensors().items()
        if name not in tensors or tensors[name].shape != shape
    ]
    broken = [name for name, tensor in tensors.items() if not numpy.isfinite(tensor).all()]
    if broken:
        problems.append(f"{source}: tensors {broken} are incomplete or not finite")
    if problems:
        raise VersionError(problems)
    return tensors


def _checked(
    manifest: Mapping[str, Any],
    experiment: Experiment,
    statistics: Mapping[str, Statistics],
    weights: Mapping[str, Floats],
    source: str,
) -> Version:
    wanted = [f.name for f in experiment.numeric]
    if sorted(statistics) != sorted(wanted):
        raise VersionError(f"{source}: has statistics of {list(statistics)}, expected {wanted}: of another experiment?")
    found = weights_sha256(weights, statistics)
    if found != manifest["weightsSha256"]:
        raise VersionError(
            f"{source}: weightsSha256 of its files is {found}, expected {manifest['weightsSha256']}: they are not of one version"
        )
    return Version(manifest["version"], manifest, experiment, dict(statistics), dict(weights))


def weights_sha256(weights: Mapping[str, Floats], statistics: Mapping[str, Statistics]) -> str:
    """Names the function that the policy is, bit for bit: docs/contracts.md."""
    tensors = {name: ("float32", f"{t.shape[0]},{t.shape[1]}", t.astype("<f4").tobytes()) for name, t in weights.items()}
    for feature, s in statistics.items():
        tensors["encoder." + feature] = ("float64", "2", struct.pack("<2d", s.mean, s.deviation))
    digest = hashlib.sha256()
    for name in sorted(tensors, key=lambda n: n.encode("utf-16-be")):
        kind, shape, values = tensors[name]
        digest.update(f"{name}\n{kind}\n{shape}\n".encode())
        digest.update(values)
    return digest.hexdigest()


def _of_export(file: Path) -> Version:
    table = _table(file.read_bytes(), str(file), b"version/1")
    metadata = table.schema.metadata
    manifest = parse_manifest(metadata[b"drlput.manifest"], f"{file}: drlput.manifest")
    text = metadata[b"drlput.experiment"]
    if hashlib.sha256(text).hexdigest() != manifest["experimentSha256"]:
        raise VersionError(f"{file}: its experiment is not that of its manifest: export the version again")
    experiment = experiments.parse(text.decode(), f"{file}: drlput.experiment")
    statistics = statistics_of(json.loads(metadata[b"drlput.encoder"]))
    return _checked(manifest, experiment, statistics, _tensors([table], experiment, str(file)), str(file))


def statistics_of(encoder: Mapping[str, Any]) -> dict[str, Statistics]:
    """Of the ``drlput.encoder`` of an exported file."""
    numeric = [f for f in encoder["features"] if f["type"] == "numeric"]
    return {f["name"]: Statistics(f["mean"], f["deviation"]) for f in numeric}
