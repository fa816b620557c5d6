package org.drlput.common.version;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * The files of a version in memory, and the SHA-256 of each, computed while it came. Nothing of them is to be believed before
 * {@link Version#of}. Immutable, provided nobody writes to the arrays.
 */
public final class VersionBytes {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,99}");

    private final String place;
    private final Map<String, ReceivedFile> files;

    /** A file's bytes, in the pieces that they came in: put together they would be there twice. */
    private record ReceivedFile(List<byte[]> pieces, int size, String sha256) {
        byte[] joined() {
            if (pieces.size() == 1) {
                return pieces.get(0);
            }
            byte[] bytes = new byte[size];
            int at = 0;
            for (byte[] piece : pieces) {
                System.arraycopy(piece, 0, bytes, at, piece.length);
                at += piece.length;
            }
            return bytes;
        }
    }

    private VersionBytes(String place, Map<String, ReceivedFile> files) {
        this.place = place;
        this.files = files;
    }

    /**
     * The files of a directory.
     *
     * @throws VersionException where they are more than {@code maxBytes}
     */
    public static VersionBytes read(Path directory, long maxBytes) throws IOException {
        Receiver receiver = new Receiver(directory.toString(), maxBytes);
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            for (Path file : entries) {
                if (Files.isRegularFile(file)) {
                    receiver.reserve(Files.size(file));
                    receiver.accept(file.getFileName().toString(), 0, Files.readAllBytes(file));
                }
            }
        }
        return receiver.finish();
    }

    /** What messages call all files together. */
    public String place() {
        return place;
    }

    /** What messages call a file. */
    String nameOf(String file) {
        return place + "/" + file;
    }

    public List<String> names() {
        return List.copyOf(files.keySet());
    }

    private ReceivedFile received(String name) {
        ReceivedFile file = files.get(name);
        if (file == null) {
            throw new VersionException("%s: is missing: fetch the version again".formatted(nameOf(name)));
        }
        return file;
    }

    /**
     * The bytes of a file, which are not to be written to.
     *
     * @throws VersionException where it is missing
     */
    public byte[] file(String name) {
        return received(name).joined();
    }

    /**
     * Writes a file's bytes.
     *
     * @throws VersionException where it is missing
     */
    public void writeTo(String name, WritableByteChannel out) throws IOException {
        for (byte[] piece : received(name).pieces()) {
            ByteBuffer buffer = ByteBuffer.wrap(piece);
            while (buffer.hasRemaining()) {
                out.write(buffer);
            }
        }
    }

    ArrowSource arrow(String name) {
        ReceivedFile file = received(name);
        return new ArrowSource(nameOf(name), () -> new PiecesChannel(file.pieces()));
    }

    /** The sealed manifest. */
    public Manifest manifest() {
        return ManifestFile.parse(file(ManifestFile.NAME), nameOf(ManifestFile.NAME));
    }

    /** What files are missing, or are not those that the manifest seals. */
    List<String> problems(Manifest manifest) {
        List<String> problems = new ArrayList<>();
        for (Manifest.File expected : manifest.files()) {
            ReceivedFile file = files.get(expected.name());
            if (file != null && file.size() != expected.bytes()) {
                problems.add("%s: has %d bytes, expected %d: %s"
                        .formatted(nameOf(expected.name()), file.size(), expected.bytes(), Version.AGAIN));
            } else {
                checkSha256(expected.name(), expected.sha256(), problems);
            }
        }
        checkSha256(VersionRegistry.EXPERIMENT, manifest.experimentSha256(), problems);
        return problems;
    }

    private void checkSha256(String name, String expected, List<String> problems) {
        ReceivedFile file = files.get(name);
        if (file == null) {
            problems.add("%s: is missing: fetch the version again".formatted(nameOf(name)));
        } else if (!file.sha256().equals(expected)) {
            problems.add("%s: its SHA-256 is %s, expected %s: %s"
                    .formatted(nameOf(name), file.sha256(), expected, Version.AGAIN));
        }
    }

    /** Puts files together from their pieces as they come, each file's in order. One thread. */
    public static final class Receiver {
        private final String place;
        private final long maxBytes;
        private final Map<String, ReceivedFile> files = new TreeMap<>();
        private final MessageDigest digest;
        private final List<byte[]> pieces = new ArrayList<>();
        private String name = "";
        private long size;
        private long total;

        /** {@code place} is what messages call the version. */
        public Receiver(String place, long maxBytes) {
            this.place = place;
            this.maxBytes = maxBytes;
            try {
                digest = MessageDigest.getInstance("SHA-256");
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("every Java has SHA-256", e);
            }
        }

        /**
         * Takes the next piece, which is not to be written to any more.
         *
         * @throws VersionException where it does not follow the last one, or all is too large
         */
        public void accept(String file, long offset, byte[] piece) {
            if (!file.equals(name)) {
                endFile();
                requireName(file);
                name = file;
            }
            if (offset != size) {
                throw new VersionException("%s/%s: found bytes from %d on, expected them from %d on: fetch it again"
                        .formatted(place, name, offset, size));
            }
            reserve(piece.length);
            total += piece.length;
            size += piece.length;
            digest.update(piece);
            pieces.add(piece);
        }

        /**
         * Takes bytes that are the same, at the same place, in another version's file of this name.
         *
         * @throws VersionException where they are not there
         */
        public void acceptSame(String file, long offset, long bytes, Path otherVersion) {
            requireName(file);
            reserve(bytes);
            Path known = otherVersion.resolve(file);
            byte[] piece = new byte[(int) bytes];
            try (FileChannel in = FileChannel.open(known, StandardOpenOption.READ)) {
                ByteBuffer buffer = ByteBuffer.wrap(piece);
                while (buffer.hasRemaining() && in.read(buffer, offset + buffer.position()) >= 0) {
                    // until it is whole
                }
                if (buffer.hasRemaining()) {
                    throw new IOException("it ends too soon");
                }
            } catch (IOException e) {
                throw new VersionException("%s: can not take what is the same of %s: %s".formatted(place, known, e), e);
            }
            accept(file, offset, piece);
        }

        private void requireName(String file) {
            // a name from the network may become one on a disk
            if (!NAME.matcher(file).matches() || files.containsKey(file)) {
                throw new VersionException(
                        "%s: file '%s' is no name of a version's file, or comes twice".formatted(place, file));
            }
        }

        private void reserve(long bytes) {
            if (total + bytes > maxBytes || size + bytes > Integer.MAX_VALUE - 64) {
                throw new VersionException("%s: has more than %d bytes: allow for more, if it is so large"
                        .formatted(place, Math.min(maxBytes, Integer.MAX_VALUE - 64)));
            }
        }

        private void endFile() {
            if (!pieces.isEmpty()) {
                String sha256 = HexFormat.of().formatHex(digest.digest());
                files.put(name, new ReceivedFile(List.copyOf(pieces), (int) size, sha256));
            }
            pieces.clear();
            size = 0;
        }

        public VersionBytes finish() {
            endFile();
            name = "";
            return new VersionBytes(place, files);
        }
    }
}
