package org.drlput.server.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import org.drlput.common.wire.v1.FileChunk;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChunkCacheTest {
    @TempDir
    private Path directory;

    private Path path;
    private final ChunkCache cache = new ChunkCache(250);

    @BeforeEach
    void write() throws IOException {
        path = directory.resolve("weights-0.arrow");
        byte[] bytes = new byte[1_000];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (i / 100);
        }
        Files.write(path, bytes);
    }

    private FileState state() throws IOException {
        return FileState.of(directory).get(0);
    }

    @Test
    void readersOfAPieceShareIt() throws IOException {
        FileChunk first = cache.chunk(state(), 300, 100);

        assertThat(first.getName()).isEqualTo("weights-0.arrow");
        assertThat(first.getOffset()).isEqualTo(300);
        assertThat(first.getContent().size()).isEqualTo(100);
        assertThat(first.getContent().byteAt(99)).isEqualTo((byte) 3);
        assertThat(cache.chunk(state(), 300, 100)).isSameAs(first);
    }

    @Test
    void onlyThePiecesThatWereAskedForLastAreHeld() throws IOException {
        FileChunk first = cache.chunk(state(), 0, 100);
        FileChunk second = cache.chunk(state(), 100, 100);
        cache.chunk(state(), 0, 100);
        cache.chunk(state(), 200, 100);

        assertThat(cache.bytes()).isEqualTo(200);
        assertThat(cache.chunk(state(), 0, 100)).isSameAs(first);
        assertThat(cache.chunk(state(), 100, 100)).isNotSameAs(second).isEqualTo(second);
        assertThat(cache.chunk(state(), 0, 1_000).getContent().size()).isEqualTo(1_000);
        assertThat(cache.bytes()).as("one piece is held, however large").isEqualTo(1_000);
        cache.clear();
        assertThat(cache.bytes()).isZero();
    }

    @Test
    void aFileThatWasChangedIsReadAgain() throws IOException {
        cache.chunk(state(), 0, 100);
        byte[] changed = Files.readAllBytes(path);
        changed[7] = 77;
        Files.write(path, changed);
        Files.setLastModifiedTime(path, FileTime.fromMillis(1_000));

        assertThat(cache.chunk(state(), 0, 100).getContent().byteAt(7)).isEqualTo((byte) 77);
    }

    @Test
    void aFileThatWasCutShortIsNoPiece() throws IOException {
        FileState whole = state();
        Files.write(path, new byte[50]);

        assertThatThrownBy(() -> cache.chunk(whole, 0, 100))
                .isInstanceOf(IOException.class)
                .hasMessage(path + ": was cut short");
        assertThat(cache.bytes()).isZero();
    }
}
