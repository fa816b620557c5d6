package org.drlput.server.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.drlput.server.capture.CaptureCleaner.Decision;
import org.drlput.server.capture.CaptureCleaner.OtherRuns;
import org.drlput.server.shard.CaptureKey;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What `drlput captures gc` decides. */
class CaptureCleanerTest {
    private static final CaptureKey OLD = new CaptureKey("run", 1, 10);
    private static final CaptureKey SAVEPOINT = new CaptureKey("run", 1, 20);
    private static final CaptureKey NEEDED = new CaptureKey("run", 2, 15);
    private static final CaptureKey YOUNG = new CaptureKey("run", 2, 25);
    private static final CaptureKey OTHERS = new CaptureKey("other", 5, 5);

    private final WholeState state = new WholeState(1);

    @TempDir
    Path data;

    private CaptureStore store;
    private CaptureCleaner cleaner;

    @BeforeEach
    void open() throws IOException {
        store = new CaptureStore(data);
        cleaner = new CaptureCleaner(data);
        for (CaptureKey key : List.of(OLD, SAVEPOINT, NEEDED, YOUNG, OTHERS)) {
            state.write(store, key, 2);
        }
        store.pin(SAVEPOINT);
    }

    private Decision keep(CaptureKey key, String why) {
        return new Decision(store.folder(key), false, why);
    }

    private Decision remove(CaptureKey key) {
        return new Decision(store.folder(key), true, "no checkpoint stands on it");
    }

    @Test
    void whatNoCheckpointStandsOnGoesEvenIfASavepointPinnedIt() throws IOException {
        List<Decision> decisions = cleaner.decide(Map.of(NEEDED, "chk-7"), OtherRuns.KEEP);
        assertThat(decisions)
                .containsExactly(
                        new Decision(
                                data.resolve("captures/other"),
                                false,
                                "none of the checkpoints is of this run: it may have others elsewhere"),
                        remove(OLD),
                        remove(SAVEPOINT),
                        keep(NEEDED, "chk-7 stands on it"),
                        keep(YOUNG, "younger than every checkpoint: one may be under way on it"));
        assertThat(store.whole("run")).as("nothing is removed by looking").hasSize(4);
        cleaner.remove(decisions);
        assertThat(store.whole("run")).containsExactly(NEEDED, YOUNG);
        assertThat(store.whole("other")).containsExactly(OTHERS);
    }

    @Test
    void aSavepointThatStillExistsKeepsItsCapture() throws IOException {
        cleaner.remove(cleaner.decide(Map.of(NEEDED, "chk-7", SAVEPOINT, "savepoint-1"), OtherRuns.KEEP));
        assertThat(store.whole("run")).containsExactly(SAVEPOINT, NEEDED, YOUNG);
    }

    @Test
    void runsWithoutACheckpointGoOnlyIfAskedFor() throws IOException {
        cleaner.remove(cleaner.decide(Map.of(NEEDED, "chk-7"), OtherRuns.REMOVE));
        assertThat(store.all("other")).isEmpty();
    }

    @Test
    void stagedPartsGoOnceTheirVersionIsPublishedOrNoCaptureNamesThem() throws IOException {
        // the captures name version 110 of their own generation; their versions count from 100
        for (String folder :
                List.of("000000000105-1", "000000000110-1", "000000000110-2", "000000000112-2", "000000000130-2")) {
            Files.createDirectories(data.resolve("staging/run").resolve(folder));
        }
        Files.createDirectories(data.resolve("versions/000000000112"));
        cleaner.remove(cleaner.decide(Map.of(NEEDED, "chk-7"), OtherRuns.KEEP));
        assertThat(data.resolve("staging/run").toFile().list())
                .containsExactlyInAnyOrder("000000000110-2", "000000000130-2");
    }

    @Test
    void whereACaptureThatStaysIsDamagedNothingOfItsRunGoes() throws IOException {
        Path file = store.folder(NEEDED).resolve("shard-0-of-2.capture");
        Files.write(file, new byte[100]);
        Files.createDirectories(data.resolve("staging/run/000000000105-1"));
        assertThatThrownBy(() -> cleaner.decide(Map.of(NEEDED, "chk-7"), OtherRuns.KEEP))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith(file + ": the SHA-256 of its content is")
                .hasMessageEndingWith("what it needs is not known, so nothing of its run can be removed");
    }
}
