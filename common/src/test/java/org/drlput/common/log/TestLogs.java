package org.drlput.common.log;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.apache.arrow.compression.CommonsCompressionFactory;
import org.apache.arrow.dataset.file.DatasetFileWriter;
import org.apache.arrow.dataset.file.FileFormat;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.TimeStampMicroTZVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.compression.CompressionUtil.CodecType;
import org.apache.arrow.vector.ipc.ArrowFileReader;
import org.apache.arrow.vector.ipc.ArrowFileWriter;
import org.apache.arrow.vector.ipc.ArrowStreamWriter;
import org.apache.arrow.vector.ipc.ArrowWriter;
import org.apache.arrow.vector.ipc.message.IpcOption;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.drlput.common.experiment.Experiment;
import org.drlput.common.experiment.ExperimentLoader;
import org.jspecify.annotations.Nullable;

/** Logs with every kind of column, in every format. */
final class TestLogs {
    static final String YAML = """
            formatVersion: 1
            name: test
            features:
              - {name: ctr, type: numeric, missing: mean}
              - {name: hour, type: numeric, period: 24}
              - {name: age, type: numeric}
              - {name: country, type: categorical, vocabulary: [us, de], dimension: 4}
              - {name: user, type: categorical, hashBuckets: 1000, dimension: 4}
              - {name: interests, type: multiCategorical, hashBuckets: 100, dimension: 4}
            actions:
              hyperparameters:
                - {name: w_click, levels: [0, 0.1, 0.3], production: 0.1}
                - {name: reserve, levels: [0, 10], production: 0}
            reward:
              active: R0
              outcomes:
                revenue: {column: revenue}
                conversion: {column: conversion, delayColumn: delay_ms, windowMillis: 1000}
              variants: {R0: {revenue: 1, conversion: 2}}
            training: {rowsPerStep: 64, microBatches: 8}
            """;

    /** K of {@link #YAML}. */
    static final int ACTIONS = 6;

    private TestLogs() {}

    static Experiment experiment() {
        return ExperimentLoader.parse(YAML, "test.yaml");
    }

    /** One log row; null is null. */
    record Row(
            @Nullable String requestId,
            @Nullable Long eventTimeMillis,
            @Nullable Double ctr,
            @Nullable Double hour,
            @Nullable Double age,
            @Nullable String country,
            @Nullable Long user,
            @Nullable List<String> interests,
            @Nullable Integer action,
            @Nullable Double propensity,
            @Nullable Double revenue,
            @Nullable Boolean conversion,
            @Nullable Long delayMillis) {}

    static List<Row> rows(int count, long seed) {
        Random random = new Random(seed);
        List<Row> rows = new ArrayList<>();
        String[] countries = {"us", "de", "fr", "são tomé"};
        for (int i = 0; i < count; i++) {
            List<String> interests = new ArrayList<>();
            for (int k = random.nextInt(4); k > 0; k--) {
                interests.add("topic" + random.nextInt(50));
            }
            boolean seen = random.nextInt(3) == 0;
            rows.add(new Row(
                    "r" + i,
                    1_767_225_600_000L + i * 1000L,
                    random.nextInt(10) == 0 ? null : (double) random.nextFloat(),
                    (double) random.nextInt(24),
                    random.nextGaussian() * 10 + 40,
                    random.nextInt(10) == 0 ? null : countries[random.nextInt(countries.length)],
                    (long) random.nextInt(5000) - 10,
                    interests.isEmpty() && random.nextBoolean() ? null : interests,
                    random.nextInt(ACTIONS),
                    1.0 / ACTIONS,
                    Math.round(random.nextDouble() * 1e6) / 1e6,
                    seen,
                    seen ? (Long) (long) random.nextInt(2000) : null));
        }
        return rows;
    }

    private static ArrowType int64() {
        return new ArrowType.Int(64, true);
    }

    private static ArrowType real(FloatingPointPrecision precision) {
        return new ArrowType.FloatingPoint(precision);
    }

    static Schema schema() {
        Field interest = Field.nullable("item", new ArrowType.Utf8());
        return new Schema(List.of(
                Field.nullable("request_id", new ArrowType.Utf8()),
                Field.nullable("event_time", new ArrowType.Timestamp(TimeUnit.MICROSECOND, "UTC")),
                Field.nullable("ctr", real(FloatingPointPrecision.SINGLE)),
                Field.nullable("hour", new ArrowType.Int(32, true)),
                Field.nullable("age", real(FloatingPointPrecision.DOUBLE)),
                Field.nullable("country", new ArrowType.Utf8()),
                Field.nullable("user", int64()),
                new Field("interests", FieldType.nullable(new ArrowType.List()), List.of(interest)),
                Field.nullable("action_id", new ArrowType.Int(32, true)),
                Field.nullable("propensity", real(FloatingPointPrecision.DOUBLE)),
                Field.nullable("revenue", real(FloatingPointPrecision.DOUBLE)),
                Field.nullable("conversion", new ArrowType.Bool()),
                Field.nullable("delay_ms", int64()),
                Field.nullable("not_read", int64())));
    }

    private static void fill(VectorSchemaRoot root, List<Row> rows) {
        root.getFieldVectors().forEach(v -> {
            v.setInitialCapacity(rows.size());
            v.allocateNew();
        });
        for (int i = 0; i < rows.size(); i++) {
            Row row = rows.get(i);
            text(root, "request_id", i, row.requestId());
            if (row.eventTimeMillis() != null) {
                ((TimeStampMicroTZVector) root.getVector("event_time")).setSafe(i, row.eventTimeMillis() * 1000);
            }
            if (row.ctr() != null) {
                ((Float4Vector) root.getVector("ctr")).setSafe(i, row.ctr().floatValue());
            }
            if (row.hour() != null) {
                ((IntVector) root.getVector("hour")).setSafe(i, row.hour().intValue());
            }
            real(root, "age", i, row.age());
            text(root, "country", i, row.country());
            whole(root, "user", i, row.user());
            if (row.action() != null) {
                ((IntVector) root.getVector("action_id")).setSafe(i, row.action());
            }
            real(root, "propensity", i, row.propensity());
            real(root, "revenue", i, row.revenue());
            if (row.conversion() != null) {
                ((BitVector) root.getVector("conversion")).setSafe(i, row.conversion() ? 1 : 0);
            }
            whole(root, "delay_ms", i, row.delayMillis());
            list((ListVector) root.getVector("interests"), i, row.interests());
        }
        root.setRowCount(rows.size());
    }

    private static void text(VectorSchemaRoot root, String name, int i, @Nullable String value) {
        if (value != null) {
            ((VarCharVector) root.getVector(name)).setSafe(i, value.getBytes(StandardCharsets.UTF_8));
        }
    }

    private static void real(VectorSchemaRoot root, String name, int i, @Nullable Double value) {
        if (value != null) {
            ((Float8Vector) root.getVector(name)).setSafe(i, value);
        }
    }

    private static void whole(VectorSchemaRoot root, String name, int i, @Nullable Long value) {
        if (value != null) {
            ((BigIntVector) root.getVector(name)).setSafe(i, value);
        }
    }

    private static void list(ListVector vector, int i, @Nullable List<String> values) {
        if (values == null) {
            vector.setNull(i);
            return;
        }
        int at = vector.startNewValue(i);
        VarCharVector items = (VarCharVector) vector.getDataVector();
        for (String value : values) {
            items.setSafe(at++, value.getBytes(StandardCharsets.UTF_8));
        }
        vector.endValue(i, values.size());
    }

    enum IpcKind {
        FILE,
        STREAM,
        LZ4,
        ZSTD
    }

    /** Batches of {@code batchRows}. */
    static Path arrow(Path file, List<Row> rows, int batchRows, IpcKind kind) {
        try (BufferAllocator allocator = new RootAllocator();
                VectorSchemaRoot root = VectorSchemaRoot.create(schema(), allocator);
                WritableByteChannel out = Files.newByteChannel(
                        file,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.TRUNCATE_EXISTING,
                        StandardOpenOption.WRITE);
                ArrowWriter writer = writer(kind, root, out)) {
            writer.start();
            for (int i = 0; i < rows.size(); i += batchRows) {
                fill(root, rows.subList(i, Math.min(rows.size(), i + batchRows)));
                writer.writeBatch();
            }
            writer.end();
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static ArrowWriter writer(IpcKind kind, VectorSchemaRoot root, WritableByteChannel out) {
        return switch (kind) {
            case FILE -> new ArrowFileWriter(root, null, out);
            case STREAM -> new ArrowStreamWriter(root, null, out);
            case LZ4, ZSTD ->
                new ArrowFileWriter(
                        root,
                        null,
                        out,
                        java.util.Map.of(),
                        IpcOption.DEFAULT,
                        CommonsCompressionFactory.INSTANCE,
                        kind == IpcKind.LZ4 ? CodecType.LZ4_FRAME : CodecType.ZSTD);
        };
    }

    static Path arrow(Path file, List<Row> rows) {
        return arrow(file, rows, 1000, IpcKind.FILE);
    }

    /** {@code directory} must be empty. */
    static Path parquet(Path directory, List<Row> rows) {
        // The native writer gives its buffers back some time after it returns: an allocator that is closed would
        // complain.
        BufferAllocator allocator = new RootAllocator();
        try {
            Path arrow = arrow(Files.createTempFile("rows", ".arrow"), rows);
            try (ArrowFileReader reader = new ArrowFileReader(Files.newByteChannel(arrow), allocator)) {
                DatasetFileWriter.write(
                        allocator, reader, FileFormat.PARQUET, directory.toUri().toString());
            } finally {
                Files.delete(arrow);
            }
            try (java.util.stream.Stream<Path> files = Files.list(directory)) {
                return files.findFirst().orElseThrow();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    static final String CSV_HEADER = "request_id,event_time,ctr,hour,age,country,user,interests,action_id,propensity,"
            + "revenue,conversion,delay_ms,not_read\n";

    static String csv(List<Row> rows) {
        StringBuilder text = new StringBuilder(CSV_HEADER);
        for (Row row : rows) {
            List<String> cells = new ArrayList<>();
            cells.add(cell(row.requestId()));
            cells.add(
                    row.eventTimeMillis() == null
                            ? ""
                            : java.time.Instant.ofEpochMilli(row.eventTimeMillis())
                                    .toString());
            cells.add(cell(row.ctr() == null ? null : row.ctr().floatValue()));
            cells.add(cell(row.hour()));
            cells.add(cell(row.age()));
            cells.add(cell(row.country()));
            cells.add(cell(row.user()));
            cells.add(row.interests() == null ? "" : '"' + String.join("|", row.interests()) + '"');
            cells.add(cell(row.action()));
            cells.add(cell(row.propensity()));
            cells.add(cell(row.revenue()));
            cells.add(cell(row.conversion()));
            cells.add(cell(row.delayMillis()));
            cells.add("x");
            text.append(String.join(",", cells)).append('\n');
        }
        return text.toString();
    }

    private static String cell(@Nullable Object value) {
        return value == null ? "" : value.toString();
    }

    static Path csv(Path file, List<Row> rows) {
        return write(file, csv(rows).getBytes(StandardCharsets.UTF_8));
    }

    static Path csvGzip(Path file, List<Row> rows) {
        java.io.ByteArrayOutputStream bytes = new java.io.ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
            gzip.write(csv(rows).getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return write(file, bytes.toByteArray());
    }

    static Path write(Path file, byte[] bytes) {
        try {
            return Files.write(file, bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** All blocks of the files, and every rejected row. */
    static List<Block> blocks(Experiment experiment, List<RejectedRow> rejected, Path... files) {
        LogSchema schema = LogSchema.explorationLog(experiment);
        BlockBuilder builder = new BlockBuilder(experiment, schema);
        List<Block> blocks = new ArrayList<>();
        try (LogReader reader = LogReader.open(schema, LogInputs.list(List.of(files)))) {
            while (reader.fill(builder)) {
                blocks.add(builder.block());
                rejected.addAll(builder.rejected());
            }
        }
        return blocks;
    }

    /** What {@link java.util.Arrays#deepEquals} compares, NaN being equal to NaN. */
    static Object[] content(List<Block> blocks) {
        return blocks.stream()
                .map(b -> new Object[] {
                    b.rowCount(),
                    b.rowState(),
                    b.numeric(),
                    b.categorical(),
                    b.bagOffsets(),
                    b.bags(),
                    b.actionId(),
                    b.propensity(),
                    b.outcomes(),
                    b.delayMillis()
                })
                .toArray();
    }
}
