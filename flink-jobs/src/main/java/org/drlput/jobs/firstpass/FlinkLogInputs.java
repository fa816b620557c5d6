package org.drlput.jobs.firstpass;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.apache.flink.core.fs.FSDataInputStream;
import org.apache.flink.core.fs.FileStatus;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.fs.Path;
import org.drlput.common.log.LogException;
import org.drlput.common.log.LogInput;
import org.drlput.common.log.LogInputs;

/** Finds log files on any file system that Flink mounts: {@code s3://bucket/logs} and the like beside local paths. */
public final class FlinkLogInputs {
    private FlinkLogInputs() {}

    /**
     * The log files of the given files and directories, as {@link LogInputs#list} finds them; a location without a scheme is a
     * local path.
     *
     * @throws LogException naming every location that is missing, unreadable or holds no log
     */
    public static List<LogInput> list(List<String> locations) {
        List<LogInput> inputs = new ArrayList<>();
        List<String> problems = new ArrayList<>();
        if (locations.isEmpty()) {
            problems.add("no log file was given");
        }
        for (String location : locations) {
            try {
                if (location.contains("://")) {
                    add(new Path(location), inputs, problems);
                } else {
                    inputs.addAll(LogInputs.list(List.of(java.nio.file.Path.of(location))));
                }
            } catch (LogException e) {
                problems.addAll(e.problems());
            } catch (IOException | IllegalArgumentException e) {
                problems.add(location + ": can not be read: " + e.getMessage());
            }
        }
        if (!problems.isEmpty()) {
            throw new LogException(problems, null);
        }
        return inputs;
    }

    /** The files of all traffic in the directories of the logs, as {@link LogInputs#traffic} finds them. */
    public static List<LogInput> traffic(List<String> locations) {
        List<LogInput> inputs = new ArrayList<>(LogInputs.traffic(locations.stream()
                .filter(location -> !location.contains("://"))
                .map(java.nio.file.Path::of)
                .toList()));
        for (String location : locations) {
            if (location.contains("://")) {
                try {
                    addTraffic(new Path(location), inputs);
                } catch (IOException | IllegalArgumentException e) {
                    throw new LogException(location + ": can not be read: " + e.getMessage(), e);
                }
            }
        }
        return inputs;
    }

    private static void addTraffic(Path location, List<LogInput> inputs) throws IOException {
        FileSystem files = location.getFileSystem();
        Path directory = files.getFileStatus(location).isDir() ? location : location.getParent();
        List<Remote> found = new ArrayList<>();
        for (FileStatus status : files.listStatus(directory)) {
            if (!status.isDir() && LogInputs.isTraffic(status.getPath().getName())) {
                found.add(new Remote(status.getPath().getName(), status));
            }
        }
        found.sort(Comparator.comparing(Remote::name));
        found.stream()
                .filter(remote -> inputs.stream().noneMatch(remote::equals))
                .forEach(inputs::add);
    }

    private static void add(Path location, List<LogInput> inputs, List<String> problems) throws IOException {
        FileSystem files = location.getFileSystem();
        if (!files.exists(location)) {
            problems.add(location + ": there is no such file or directory");
            return;
        }
        FileStatus status = files.getFileStatus(location);
        if (!status.isDir()) {
            inputs.add(new Remote(location.getName(), status));
            return;
        }
        List<Remote> found = new ArrayList<>();
        addDirectory(files, status.getPath(), status.getPath().toUri(), found);
        found.sort(Comparator.comparing(Remote::name));
        if (found.isEmpty()) {
            problems.add(LogInputs.noLog(location));
        }
        inputs.addAll(found);
    }

    private static void addDirectory(FileSystem files, Path directory, URI root, List<Remote> found)
            throws IOException {
        for (FileStatus status : files.listStatus(directory)) {
            String path = status.getPath().toUri().getPath();
            String name = path.substring(root.getPath().length()).replaceFirst("^/", "");
            if (status.isDir()) {
                addDirectory(files, status.getPath(), root, found);
            } else if (LogInputs.isLog(name)) {
                found.add(new Remote(name, status));
            }
        }
    }

    /** A file of a mounted file system. */
    private record Remote(String name, FileStatus status) implements LogInput {
        @Override
        public long bytes() {
            return status.getLen();
        }

        @Override
        public SeekableByteChannel open() throws IOException {
            return new Channel(status.getPath().getFileSystem().open(status.getPath()), status.getLen());
        }

        @Override
        public java.nio.file.Path localFile() throws IOException {
            java.nio.file.Path copy = Files.createTempFile("drlput-log", ".parquet");
            try (InputStream in = status.getPath().getFileSystem().open(status.getPath())) {
                Files.copy(in, copy, StandardCopyOption.REPLACE_EXISTING);
            } catch (IOException | RuntimeException e) {
                Files.delete(copy);
                throw e;
            }
            return copy;
        }

        @Override
        public void release(java.nio.file.Path localFile) throws IOException {
            Files.deleteIfExists(localFile);
        }
    }

    /** Flink's stream as a channel. One thread. */
    private static final class Channel implements SeekableByteChannel {
        private final FSDataInputStream in;
        private final long size;
        private final byte[] buffer = new byte[1 << 16];
        private boolean open = true;

        Channel(FSDataInputStream in, long size) {
            this.in = in;
            this.size = size;
        }

        @Override
        public int read(ByteBuffer to) throws IOException {
            int count = in.read(buffer, 0, Math.min(buffer.length, to.remaining()));
            if (count > 0) {
                to.put(buffer, 0, count);
            }
            return count;
        }

        @Override
        public long position() throws IOException {
            return in.getPos();
        }

        @Override
        public SeekableByteChannel position(long newPosition) throws IOException {
            in.seek(newPosition);
            return this;
        }

        @Override
        public long size() {
            return size;
        }

        @Override
        public int write(ByteBuffer from) {
            throw new java.nio.channels.NonWritableChannelException();
        }

        @Override
        public SeekableByteChannel truncate(long newSize) {
            throw new java.nio.channels.NonWritableChannelException();
        }

        @Override
        public boolean isOpen() {
            return open;
        }

        @Override
        public void close() throws IOException {
            open = false;
            in.close();
        }
    }
}
