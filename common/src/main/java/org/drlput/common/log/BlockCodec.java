package org.drlput.common.log;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowStreamReader;
import org.apache.arrow.vector.ipc.ArrowStreamWriter;
import org.drlput.common.experiment.Experiment;

/** A block as the bytes of an Arrow IPC stream of one record batch, to be kept in state. One thread. */
public final class BlockCodec implements AutoCloseable {
    private final BlockSchema schema;
    private final BufferAllocator allocator = new RootAllocator();
    private final VectorSchemaRoot root;

    public BlockCodec(Experiment experiment) {
        schema = new BlockSchema(experiment);
        root = VectorSchemaRoot.create(schema.arrow(), allocator);
    }

    public byte[] encode(Block block) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        schema.write(block, root);
        try (ArrowStreamWriter writer = new ArrowStreamWriter(root, null, Channels.newChannel(bytes))) {
            writer.writeBatch();
            writer.end();
        } catch (IOException e) {
            throw new IllegalStateException("memory can be written to", e);
        } finally {
            root.clear();
        }
        return bytes.toByteArray();
    }

    /** @throws LogException where these are not the bytes of a block of this experiment */
    public Block decode(byte[] bytes) {
        try (ArrowStreamReader reader = new ArrowStreamReader(new ByteArrayInputStream(bytes), allocator)) {
            VectorSchemaRoot from = reader.getVectorSchemaRoot();
            if (!from.getSchema().equals(schema.arrow())) {
                throw new LogException("block in state: has the columns of another experiment");
            }
            if (!reader.loadNextBatch()) {
                throw new LogException("block in state: holds no rows");
            }
            return schema.read(from);
        } catch (IOException e) {
            throw new LogException("block in state: is broken: " + LogReader.firstLine(e), e);
        }
    }

    @Override
    public void close() {
        root.close();
        allocator.close();
    }
}
