package org.drlput.server.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.drlput.server.capture.ShardLife.Opened;
import org.drlput.server.shard.CaptureKey;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which captures are there, which stay, and what a shard remembers of its earlier lives. */
class CaptureStoreTest {
    private final WholeState state = new WholeState(1);

    @TempDir
    Path data;

    private CaptureStore store;

    @BeforeEach
    void open() {
        store = new CaptureStore(data);
    }

    private static CaptureKey key(long generation, long boundary) {
        return new CaptureKey("run", generation, boundary);
    }

    private void write(CaptureKey... keys) throws IOException {
        for (CaptureKey key : keys) {
            state.write(store, key, 2);
        }
    }

    @Test
    void anEmptyDirectoryHasNoCaptures() throws IOException {
        assertThat(store.runs()).isEmpty();
        assertThat(store.whole("run")).isEmpty();
        assertThat(store.newestGeneration()).isZero();
        store.removeLeftovers(0);
        store.retain(key(1, 1));
        store.delete(key(1, 1));
    }

    @Test
    void capturesAreInOrderOfGenerationThenBoundaryAsNumbers() throws IOException {
        write(key(10, 5), key(9, 100), key(9, 20));
        assertThat(store.whole("run")).containsExactly(key(9, 20), key(9, 100), key(10, 5));
        assertThat(store.newestGeneration()).isEqualTo(10);
    }

    @Test
    void aCaptureIsWholeOnceEveryPartIsThere() throws IOException {
        store.write(state.copy(key(1, 10), 1, 2), 1, WholeState.RUN.tensors());
        assertThat(store.all("run")).containsExactly(key(1, 10));
        assertThat(store.whole("run")).isEmpty();
        store.write(state.copy(key(1, 10), 0, 2), 0, WholeState.RUN.tensors());
        assertThat(store.whole("run")).containsExactly(key(1, 10));
    }

    @Test
    void olderCapturesAreRemovedButForPinnedOnesAndOtherRuns() throws IOException {
        write(key(1, 90), key(2, 10), key(2, 20), key(2, 30), key(3, 5));
        CaptureKey other = new CaptureKey("other", 1, 1);
        write(other);
        store.pin(key(2, 10));
        store.pin(key(2, 10));
        store.retain(key(2, 30));
        assertThat(store.whole("run")).containsExactly(key(2, 10), key(2, 30), key(3, 5));
        assertThat(store.whole("other")).containsExactly(other);
        assertThat(store.pinned(key(2, 10))).isTrue();
        assertThat(store.pinned(key(2, 30))).isFalse();
    }

    @Test
    void aShardClearsAwayWhatItLeftHalfWrittenAndNothingElse() throws IOException {
        write(key(1, 10));
        Path folder = store.folder(key(1, 10));
        Files.writeString(folder.resolve("shard-1-of-2.capture.tmp"), "half");
        Files.writeString(folder.resolve("shard-0-of-2.capture.tmp"), "being written by another process");
        store.removeLeftovers(1);
        assertThat(Objects.requireNonNull(folder.toFile().list()))
                .containsExactlyInAnyOrder("shard-0-of-2.capture", "shard-1-of-2.capture", "shard-0-of-2.capture.tmp");
    }

    @Test
    void theNewestGenerationThatWasOpenedSurvives() throws IOException {
        ShardLife life = new ShardLife(data, 1);
        assertThat(life.read()).isNull();
        life.write(WholeState.opening(3, 2, null));
        life.write(WholeState.opening(4, 2, key(3, 10)));
        assertThat(new ShardLife(data, 1).read()).isEqualTo(new Opened(1, "run", 4, 7, 2));
        assertThat(new ShardLife(data, 0).read()).isNull();
        assertThat(Objects.requireNonNull(data.toFile().list()))
                .isEqualTo(List.of("shard-1.json").toArray());
    }

    @Test
    void aDamagedMemoryOfGenerationsIsNamed() throws IOException {
        Path file = data.resolve("shard-0.json");
        Files.writeString(file, "{\"formatVersion\": 1, \"run\": \"run\", \"gener");
        assertThatThrownBy(() -> new ShardLife(data, 0).read())
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith(file + ": is damaged: ")
                .hasMessageEndingWith("delete it if the other shards' files have it");
    }
}
