"""Messages of drlput.proto, made from its descriptor when they are first needed: they fit any release of protobuf."""
