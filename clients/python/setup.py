"""Compiles the wire contract of the project, drlput.proto, into the package: a descriptor set, and types for it."""

from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py
from setuptools.command.sdist import sdist

HERE = Path(__file__).resolve().parent
NAME = "drlput.proto"


def proto() -> Path:
    """The contract: the project's own, or in a source distribution the copy of it."""
    for folder in (HERE.parents[1] / "common" / "src" / "main" / "protobuf", HERE):
        if (folder / NAME).is_file():
            return folder / NAME
    raise SystemExit(f"{NAME}: is missing, expected it in common/src/main/protobuf: build in a checkout of DRL-PUT")


def generate(wire: Path) -> None:
    from grpc_tools import protoc

    wire.mkdir(parents=True, exist_ok=True)
    source = proto()
    arguments = ["protoc", f"-I{source.parent}", f"--descriptor_set_out={wire / 'drlput.binpb'}", f"--pyi_out={wire}"]
    if protoc.main([*arguments, NAME]) != 0:
        raise SystemExit(f"{source}: can not be compiled")


class BuildPy(build_py):
    def run(self) -> None:
        generate(HERE / "src" / "drlput_client" / "wire")
        super().run()


class Sdist(sdist):
    def make_release_tree(self, base_dir: str, files: list[str]) -> None:
        super().make_release_tree(base_dir, files)
        (Path(base_dir) / NAME).write_bytes(proto().read_bytes())


setup(cmdclass={"build_py": BuildPy, "sdist": Sdist})
