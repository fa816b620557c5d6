"""Reads a version's directory with pyarrow as docs/versions.md says, checks it, and prints its weightsSha256 and shapes."""

import hashlib
import json
import pathlib
import re
import struct
import sys

import pyarrow.ipc

directory = pathlib.Path(sys.argv[1])
manifest_bytes = (directory / "manifest.json").read_bytes()
manifest = json.loads(manifest_bytes)

bare = re.sub(rb'("manifestSha256" : ")[0-9a-f]{64}', rb"\1", manifest_bytes)
assert hashlib.sha256(bare).hexdigest() == manifest["manifestSha256"], "seal"
for file in manifest["files"]:
    content = (directory / file["name"]).read_bytes()
    assert len(content) == file["bytes"], file
    assert hashlib.sha256(content).hexdigest() == file["sha256"], file
experiment = (directory / "experiment.yaml").read_bytes()
assert hashlib.sha256(experiment).hexdigest() == manifest["experimentSha256"], "experiment"

tensors = {}
for part in sorted(directory.glob("weights-*.arrow")):
    table = pyarrow.ipc.open_file(part).read_all()
    assert table.schema.metadata[b"drlput.format"] == b"weights/1"
    for piece in table.to_pylist():
        rows, columns = piece["rows"], piece["columns"]
        tensor = tensors.setdefault(piece["tensor"], ("float32", f"{rows},{columns}", bytearray(4 * rows * columns)))
        values = struct.pack(f"<{len(piece['values'])}f", *piece["values"])
        at = 4 * columns * piece["firstRow"]
        tensor[2][at : at + len(values)] = values
for row in pyarrow.ipc.open_file(directory / "encoder.arrow").read_all().to_pylist():
    tensors["encoder." + row["feature"]] = ("float64", "2", struct.pack("<2d", row["mean"], row["deviation"]))

digest = hashlib.sha256()
for name in sorted(tensors):
    dtype, shape, values = tensors[name]
    digest.update(f"{name}\n{dtype}\n{shape}\n".encode())
    digest.update(values)
print(digest.hexdigest())
for name in sorted(tensors):
    print(name, tensors[name][1])
