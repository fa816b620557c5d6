package org.drlput.server.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.drlput.server.capture.CaptureLoader.Restored;
import org.drlput.server.shard.CaptureKey;
import org.drlput.server.shard.Opening;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Captures as they lie on the disk: whole, cut anew, damaged, exchanged. */
class CaptureLoaderTest {
    private static final long SEED = 20261124;
    private static final CaptureKey KEY = new CaptureKey("run", 3, 40);
    private static final CaptureKey OLDER = new CaptureKey("run", 2, 30);
    private static final String OLDER_OFFERED =
            "it is not used; the newest older one that is whole is 2-30: to go back to it, restore a checkpoint that stands on it";

    @TempDir
    Path data;

    private CaptureStore store;

    @BeforeEach
    void open() {
        store = new CaptureStore(data);
    }

    private static Opening restore(CaptureKey key, int shards) {
        return WholeState.opening(4, shards, key);
    }

    private Path part(int shard, int shards) {
        return store.folder(KEY).resolve("shard-%d-of-%d.capture".formatted(shard, shards));
    }

    @ParameterizedTest(name = "written by {0} shards, loaded by {1}, then by {2}")
    @CsvSource({"1, 1, 1", "2, 3, 1", "3, 1, 2", "1, 5, 3", "2, 2, 2", "12, 1, 12"})
    void allBitsAreTheSameHoweverManyShardsWroteAndLoad(int first, int second, int third) throws Exception {
        WholeState state = new WholeState(SEED);
        state.write(store, KEY, first);
        WholeState loaded = WholeState.read(store, restore(KEY, second));
        state.assertSameBits(loaded);

        CaptureKey next = new CaptureKey("run", 4, 50);
        loaded.write(store, next, second);
        state.assertSameBits(WholeState.read(store, restore(next, third)));
    }

    @Test
    void whatACaptureHoldsBesideItsTensorsIsTheSameForEveryShard() throws Exception {
        new WholeState(SEED).write(store, KEY, 2);
        for (int shard = 0; shard < 3; shard++) {
            Restored restored = WholeState.load(store, restore(KEY, 3), shard);
            assertThat(restored.baseVersion()).isEqualTo(100);
            assertThat(restored.updates()).isEqualTo(40);
            WholeState.assertSame(restored.totals(), WholeState.totals());
            assertThat(restored.refused().get(0).cause()).isEqualTo("rows 5 to 7 of 'a.csv': NaN");
            assertThat(restored.staged()).containsExactly(WholeState.staged(KEY, 0, 2), WholeState.staged(KEY, 1, 2));
        }
    }

    private void assertRefused(String name, ThrowingCallable load, String... texts) {
        assertThatThrownBy(load)
                .isInstanceOf(CaptureException.class)
                .hasMessageStartingWith("capture 3-40 of run run: ")
                .hasMessageContaining(name)
                .satisfies(e -> assertThat(texts).allMatch(String.valueOf(e.getMessage())::contains));
    }

    @Test
    void anyFlippedBitIsFoundInItsFileAndTheNextOlderCaptureIsOffered() throws Exception {
        WholeState state = new WholeState(SEED);
        state.write(store, OLDER, 2);
        state.write(store, KEY, 2);
        Path file = part(1, 2);
        byte[] whole = Files.readAllBytes(file);
        Random random = new Random(SEED);
        for (int i = 0; i < 150; i++) {
            // the schema with its header, the seal, and whatever lies between
            int bytes = i < 60 ? Math.min(2_000, whole.length) : i < 100 ? 32 : whole.length;
            int at = i >= 60 && i < 100 ? whole.length - 32 : 0;
            int bit = at * 8 + random.nextInt(bytes * 8);
            byte[] damaged = whole.clone();
            damaged[bit / 8] ^= (byte) (1 << bit % 8);
            Files.write(file, damaged);
            for (int shard = 0; shard < 2; shard++) {
                int loading = shard;
                assertRefused(
                        file + ": the SHA-256 of its content is ",
                        () -> WholeState.load(store, restore(KEY, 2), loading),
                        "it was damaged or cut short",
                        OLDER_OFFERED);
            }
        }
        Files.write(file, whole);
        state.assertSameBits(WholeState.read(store, restore(KEY, 2)));
    }

    @Test
    void aPartOutOfReachIsNotCalledDamaged() throws Exception {
        new WholeState(SEED).write(store, KEY, 2);
        Path part = part(0, 2);
        Files.move(store.folder(KEY.run()), data.resolve("away"));
        Files.createFile(store.folder(KEY.run()));
        assertThatThrownBy(() -> CaptureFile.read(part, KEY, 0, 2, CaptureFile.headersTo(header -> {})))
                .isInstanceOf(FileSystemException.class)
                .hasMessageContaining(part + ": Not a directory");
        assertThatThrownBy(() -> WholeState.load(store, restore(KEY, 2), 0))
                .isInstanceOf(FileSystemException.class)
                .hasMessageContaining(store.folder(KEY.run()).toString());
    }

    @Test
    void aDamagedOlderCaptureIsNotOffered() throws Exception {
        WholeState state = new WholeState(SEED);
        CaptureKey oldest = new CaptureKey("run", 1, 90);
        state.write(store, oldest, 1);
        state.write(store, OLDER, 2);
        Files.write(store.folder(OLDER).resolve("shard-1-of-2.capture"), new byte[500]);
        CaptureKey incomplete = new CaptureKey("run", 2, 20);
        store.write(state.copy(incomplete, 0, 2), 0, WholeState.RUN.tensors());
        assertRefused(
                store.folder(KEY) + ": there is none: was it removed?",
                () -> WholeState.load(store, restore(KEY, 1), 0),
                "the newest older one that is whole is 1-90");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 31, 32, 33, 1_000, -33, -32, -1})
    void aPartCutShortIsFound(int length) throws Exception {
        new WholeState(SEED).write(store, KEY, 1);
        byte[] whole = Files.readAllBytes(part(0, 1));
        int bytes = length < 0 ? whole.length + length : length;
        Files.write(part(0, 1), java.util.Arrays.copyOf(whole, bytes));
        assertRefused(
                part(0, 1).toString(),
                () -> WholeState.load(store, restore(KEY, 1), 0),
                "cut short",
                "no older capture of this run is whole: begin a new run");
    }

    @Test
    void aMissingPartIsNamed() throws Exception {
        new WholeState(SEED).write(store, KEY, 3);
        Files.delete(part(1, 3));
        assertRefused(
                store.folder(KEY) + ": [shard-1-of-3.capture] missing",
                () -> WholeState.load(store, restore(KEY, 2), 0));
    }

    @Test
    void partsOfTwoCapturesAreNotMixed() throws Exception {
        WholeState state = new WholeState(SEED);
        state.write(store, OLDER, 2);
        state.write(store, KEY, 2);
        Files.copy(
                store.folder(OLDER).resolve("shard-1-of-2.capture"),
                part(1, 2),
                java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        assertRefused(
                part(1, 2) + ": capture: found CaptureKey[run=run, generation=2, boundary=30], expected CaptureKey[",
                () -> WholeState.load(store, restore(KEY, 2), 0));

        state.write(store, KEY, 2);
        Files.copy(part(0, 2), part(1, 2), java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        assertRefused(
                part(1, 2) + ": part: found shard-0-of-2.capture, expected shard-1-of-2.capture",
                () -> WholeState.load(store, restore(KEY, 2), 0));

        Files.copy(part(0, 2), part(0, 3));
        assertRefused(
                store.folder(KEY).toString(),
                () -> WholeState.load(store, restore(KEY, 2), 0),
                "two captures are mixed");
    }

    @Test
    void aCaptureOfAnotherRunIsRefused() throws Exception {
        WholeState state = new WholeState(SEED);
        CaptureKey others = new CaptureKey("other", 3, 40);
        state.write(store, others, 1);
        Files.createDirectories(store.folder(KEY));
        Files.copy(store.folder(others).resolve("shard-0-of-1.capture"), part(0, 1));
        assertRefused(
                part(0, 1) + ": capture: found CaptureKey[run=other, ",
                () -> WholeState.load(store, restore(KEY, 1), 0));
    }

    @Test
    void anotherExperimentOtherLogsOrAnotherKernelAreRefused() throws Exception {
        new WholeState(SEED).write(store, KEY, 1);
        String e = "e".repeat(64);
        String f = "f".repeat(64);
        assertRefused(
                ": experiment: found " + e + ", expected other",
                () -> WholeState.load(store, new Opening("run", 4, 7, 1, "other", f, "plain", KEY, 0), 0));
        assertRefused(
                ": first pass over the logs: found " + f + ", expected other",
                () -> WholeState.load(store, new Opening("run", 4, 7, 1, e, "other", "plain", KEY, 0), 0));
        assertRefused(
                ": kernel: found plain, expected openblas",
                () -> WholeState.load(store, new Opening("run", 4, 7, 1, e, f, "openblas", KEY, 0), 0));
    }

    @Test
    void nothingIsLeftOfACaptureThatCouldNotBeWritten() throws IOException {
        WholeState state = new WholeState(SEED);
        Files.createDirectories(part(0, 1));
        assertThatThrownBy(() -> state.write(store, KEY, 1)).isInstanceOf(IOException.class);
        assertThat(store.folder(KEY)).isDirectoryNotContaining("glob:**.tmp");
    }

    @Test
    void aCaptureOnAFullDiskFailsAndTheNextOneSucceedsOnceThereIsSpace() throws Exception {
        WholeState state = new WholeState(SEED);
        try (SmallDisk disk = SmallDisk.mount(data.resolve("disk"), 64 << 10)) {
            CaptureStore small = new CaptureStore(disk.path());
            Path filler = disk.path().resolve("filler");
            disk.fill(filler);
            assertThatThrownBy(() -> state.write(small, KEY, 1))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("No space left on device");
            assertThat(small.whole("run")).isEmpty();
            if (Files.exists(small.folder(KEY))) {
                assertThat(small.folder(KEY)).isEmptyDirectory();
            }
            Files.delete(filler);
            state.write(small, new CaptureKey("run", 3, 50), 1);
            assertThat(small.whole("run")).isEqualTo(List.of(new CaptureKey("run", 3, 50)));
        }
    }
}
