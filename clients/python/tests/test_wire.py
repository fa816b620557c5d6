"""The messages are those of the project's contract, not of an older one."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

from grpc_tools import protoc

CONTRACT = Path(__file__).resolve().parents[3] / "common" / "src" / "main" / "protobuf"


def test_the_package_has_what_protoc_makes_of_the_contract(tmp_path: Path) -> None:
    made = tmp_path / "drlput.binpb"
    arguments = ["protoc", f"-I{CONTRACT}", f"--descriptor_set_out={made}", "drlput.proto"]

    assert protoc.main(arguments) == 0
    packaged = resources.files("drlput_client.wire").joinpath("drlput.binpb").read_bytes()
    assert packaged == made.read_bytes(), "drlput.proto has changed since the package was installed: pip install it again"
