package org.drlput.server.capture;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.drlput.common.version.AtomicFile;
import org.drlput.server.shard.Opening;
import org.jspecify.annotations.Nullable;

/**
 * {@code shard-<i>.json}: the newest generation that a shard was opened for, so that no later life of its process serves an older
 * one.
 */
public final class ShardLife {
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    private final Path file;

    public ShardLife(Path data, int shard) {
        this.file = data.resolve("shard-" + shard + ".json");
    }

    /** What was opened last. */
    public record Opened(int formatVersion, String run, long generation, long nonce, int shardCount) {}

    /** Null: nothing yet. */
    public @Nullable Opened read() throws IOException {
        try {
            return JSON.readValue(Files.readAllBytes(file), Opened.class);
        } catch (NoSuchFileException e) {
            return null;
        } catch (JsonProcessingException e) {
            throw new IOException(
                    "%s: is damaged: %s: it holds the newest generation that was opened: delete it if the other shards' files have it"
                            .formatted(file, e.getOriginalMessage()),
                    e);
        }
    }

    /** Durable on return. */
    public void write(Opening opening) throws IOException {
        byte[] json = JSON.writeValueAsBytes(
                new Opened(1, opening.run(), opening.generation(), opening.nonce(), opening.shardCount()));
        AtomicFile.write(file, out -> out.write(ByteBuffer.wrap(json)));
    }
}
