package org.drlput.common.serve;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowFileWriter;
import org.apache.arrow.vector.types.pojo.Schema;
import org.drlput.common.serve.DecisionLogOptions.Rows;
import org.drlput.common.version.AtomicFile;
import org.drlput.common.version.TensorPieces;

/** Rows of one experiment's decisions that become one file. One thread. */
final class DecisionTable implements AutoCloseable {
    private final Path directory;
    private final List<DecisionColumn> columns;
    private final BufferAllocator allocator = new RootAllocator();
    private final VectorSchemaRoot root;
    private int rowCount;
    private long since;

    DecisionTable(Path directory, ServedExperiment experiment, Rows rows) {
        this.directory = directory;
        columns = DecisionColumn.of(experiment.experiment(), rows);
        root = VectorSchemaRoot.create(
                new Schema(columns.stream().map(DecisionColumn::field).toList()), allocator);
        root.allocateNew();
    }

    int rowCount() {
        return rowCount;
    }

    /** When the first of its rows was added, on {@code System.nanoTime}. */
    long since() {
        return since;
    }

    void add(LoggedDecision decision) {
        if (rowCount == 0) {
            since = System.nanoTime();
        }
        try {
            for (int c = 0; c < columns.size(); c++) {
                columns.get(c).cell().set(root.getVector(c), rowCount, decision);
            }
        } catch (RuntimeException e) {
            // or what was set already would be the next row's
            root.getFieldVectors().forEach(vector -> vector.setNull(rowCount));
            throw e;
        }
        rowCount++;
    }

    /** Writes all rows as a file, which appears whole, and forgets them; where it can not be written, all stays. */
    void write(String name) throws IOException {
        AtomicFile.createFolder(directory);
        root.setRowCount(rowCount);
        AtomicFile.write(directory.resolve(name), out -> {
            try (ArrowFileWriter writer = new ArrowFileWriter(root, null, TensorPieces.keptOpen(out))) {
                writer.start();
                writer.writeBatch();
                writer.end();
            }
        });
        rowCount = 0;
        root.clear();
        root.allocateNew();
    }

    @Override
    public void close() {
        root.close();
        allocator.close();
    }
}
