package org.drlput.common.log;

import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.jspecify.annotations.Nullable;

/**
 * Reads log files one after the other, in constant memory, only the columns that the experiment names:
 *
 * <pre>{@code
 * BlockBuilder builder = new BlockBuilder(experiment, schema);
 * try (LogReader reader = LogReader.open(schema, LogInputs.list(paths))) {
 *     while (reader.fill(builder)) {
 *         use(builder.block());
 *     }
 * }
 * }</pre>
 *
 * <p>Opening checks the columns of every file, so that a wrong one is known before work begins. One thread. Errors:
 * {@link LogException}.
 */
public final class LogReader implements Closeable {
    private final LogSchema schema;
    private final List<LogInput> inputs;
    private final List<FirstPassResult.InputFile> read = new ArrayList<>();
    private final BufferAllocator allocator = new RootAllocator();
    private @Nullable LogFile current;
    private long rowsOfCurrent;
    private boolean broken;

    private LogReader(LogSchema schema, List<LogInput> inputs) {
        this.schema = schema;
        this.inputs = List.copyOf(inputs);
    }

    /** @throws LogException with every problem of every file's columns */
    public static LogReader open(LogSchema schema, List<LogInput> inputs) {
        LogReader reader = new LogReader(schema, inputs);
        List<String> problems = new ArrayList<>();
        for (LogInput input : inputs) {
            try (LogFile file = reader.openFile(input)) {
                // opening is the check
            } catch (LogException e) {
                problems.addAll(e.problems());
            } catch (IOException e) {
                problems.add("%s: can not be read: %s".formatted(input.name(), e.getMessage()));
            }
        }
        if (!problems.isEmpty()) {
            reader.broken = true;
            reader.close();
            throw new LogException(problems, null);
        }
        return reader;
    }

    /**
     * Clears the builder and fills it with the next rows: {@link Block#MAX_ROWS} of them but at the end.
     *
     * @return false where no row is left
     */
    public boolean fill(BlockBuilder builder) {
        builder.clear();
        while (builder.free() > 0) {
            if (current == null) {
                if (read.size() == inputs.size()) {
                    break;
                }
                current = open(inputs.get(read.size()));
                rowsOfCurrent = 0;
            }
            LogInput input = inputs.get(read.size());
            int rows = read(current, input, builder);
            rowsOfCurrent += rows;
            if (rows == 0) {
                read.add(new FirstPassResult.InputFile(input.name(), rowsOfCurrent, bytes(input)));
                closeCurrent();
            }
        }
        return builder.rowCount() > 0;
    }

    /** The files that are read to their end, in order. */
    public List<FirstPassResult.InputFile> inputsRead() {
        return List.copyOf(read);
    }

    /** How far it got, in bytes of the files; of a Parquet file only once it is read to its end. */
    public long bytesRead() {
        long bytes = read.stream().mapToLong(FirstPassResult.InputFile::bytes).sum();
        try {
            return current == null ? bytes : bytes + current.bytesRead();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /** Sum of the bytes of all files. */
    public long totalBytes() {
        return inputs.stream().mapToLong(LogReader::bytes).sum();
    }

    private static long bytes(LogInput input) {
        try {
            return input.bytes();
        } catch (IOException e) {
            throw new LogException("%s: can not be read: %s".formatted(input.name(), e.getMessage()), e);
        }
    }

    private LogFile open(LogInput input) {
        try {
            return openFile(input);
        } catch (IOException e) {
            throw new LogException("%s: can not be read: %s".formatted(input.name(), e.getMessage()), e);
        }
    }

    private int read(LogFile file, LogInput input, BlockBuilder builder) {
        try {
            return file.read(builder);
        } catch (LogException e) {
            broken = true;
            throw e;
        } catch (OutOfMemoryError e) {
            broken = true;
            throw new LogException(
                    "%s: the record batch after row %d needs more memory than there is: write smaller batches; if they are"
                                    .formatted(input.name(), rowsOfCurrent)
                            + " small, the file is damaged",
                    e);
        } catch (IOException | RuntimeException e) {
            broken = true;
            throw new LogException(
                    "%s: broken after row %d: %s: is the file whole?"
                            .formatted(input.name(), rowsOfCurrent, firstLine(e)),
                    e);
        }
    }

    /** Messages of native readers carry their own stack trace: its first line says it. */
    static String firstLine(Throwable e) {
        String message = e instanceof NullPointerException ? null : e.getMessage();
        return message == null
                ? e.getClass().getSimpleName()
                : message.lines().findFirst().orElse("").strip();
    }

    private LogFile openFile(LogInput input) throws IOException {
        LogFormat format = LogFormat.of(input);
        return switch (format) {
            case CSV, CSV_GZIP -> CsvLogFile.open(input, format == LogFormat.CSV_GZIP, schema);
            case ARROW_FILE, ARROW_STREAM, PARQUET -> ArrowLogFile.open(input, format, schema, allocator);
        };
    }

    private void closeCurrent() {
        LogFile file = current;
        current = null;
        if (file != null) {
            try {
                file.close();
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        }
    }

    @Override
    public void close() {
        try {
            closeCurrent();
        } finally {
            // Arrow's readers lose the buffers of a file that breaks off; closing would complain of that, not of the
            // file.
            if (!broken || allocator.getAllocatedMemory() == 0) {
                allocator.close();
            }
        }
    }
}
