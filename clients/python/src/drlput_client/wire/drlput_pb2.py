"""Messages of drlput.proto. The build writes their descriptor and their types beside this file."""

from importlib import resources

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

_FILES = descriptor_pb2.FileDescriptorSet.FromString(
    resources.files(__package__).joinpath("drlput.binpb").read_bytes()
)
_POOL = descriptor_pool.DescriptorPool()
for _file in _FILES.file:
    _POOL.Add(_file)
DESCRIPTOR = _POOL.FindFileByName("drlput.proto")
for _name, _message in DESCRIPTOR.message_types_by_name.items():
    globals()[_name] = message_factory.GetMessageClass(_message)
