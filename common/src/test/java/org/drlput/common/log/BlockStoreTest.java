package org.drlput.common.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.drlput.common.experiment.Experiment;
import org.drlput.common.experiment.ExperimentLoader;
import org.drlput.common.log.FirstPassResult.BlockFile;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BlockStoreTest {
    @TempDir
    Path directory;

    private final Experiment experiment = TestLogs.experiment();
    private List<Block> blocks = List.of();
    private List<BlockFile> files = List.of();

    @BeforeEach
    void writeFiveBlocksIntoThreeFiles() throws IOException {
        Path log = TestLogs.arrow(directory.resolve("log.arrow"), TestLogs.rows(4 * Block.MAX_ROWS + 5, 3));
        blocks = TestLogs.blocks(experiment, new ArrayList<>(), log);
        try (BlockWriter writer = new BlockWriter(directory, "blocks", 2, experiment)) {
            for (Block block : blocks) {
                writer.write(block);
            }
            files = writer.finish();
        }
    }

    @Test
    void blocksAreReadAsTheyWereWrittenInAnyOrder() {
        try (BlockStore store = BlockStore.open(directory, experiment, files)) {
            assertThat(store.blockCount()).isEqualTo(5);
            for (int i : new int[] {4, 0, 3, 1, 2, 4, 0}) {
                Object[] read = TestLogs.content(List.of(store.read(i)));
                assertThat(Arrays.deepEquals(read, TestLogs.content(List.of(blocks.get(i)))))
                        .isTrue();
            }
        }
    }

    @Test
    void filesAreNamedWithTheirSizesAndChecksums() throws IOException {
        assertThat(files)
                .extracting(BlockFile::name)
                .containsExactly("blocks-00000.arrow", "blocks-00001.arrow", "blocks-00002.arrow");
        assertThat(files).extracting(BlockFile::blocks).containsExactly(2, 2, 1);
        assertThat(files).extracting(BlockFile::rows).containsExactly(32_768L, 32_768L, 5L);
        for (BlockFile file : files) {
            byte[] bytes = Files.readAllBytes(directory.resolve(file.name()));
            assertThat(file.bytes()).isEqualTo(bytes.length);
            assertThat(file.sha256()).isEqualTo(ExperimentLoader.sha256(bytes));
        }
    }

    @Test
    void aFlippedBitIsFoundInItsBlockAndTheOthersAreServed() throws IOException {
        Path file = directory.resolve("blocks-00001.arrow");
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length / 4] ^= 1;
        Files.write(file, bytes);

        try (BlockStore store = BlockStore.open(directory, experiment, files)) {
            assertThatThrownBy(() -> store.read(2))
                    .isInstanceOf(LogException.class)
                    .hasMessageMatching(
                            "\\Q" + file
                                    + "\\E: block 0 is broken: its checksum is [0-9a-f]{8}, expected [0-9a-f]{8}: make the first pass again");
            assertThat(store.read(3).rowCount()).isEqualTo(Block.MAX_ROWS);
        }
    }

    @Test
    void aBrokenMessageHeaderIsFoundInItsBlock() throws IOException {
        Path file = directory.resolve("blocks-00002.arrow");
        byte[] bytes = Files.readAllBytes(file);
        // The one record batch follows the magic and the schema message, whose length is at 12.
        int schema = java.nio.ByteBuffer.wrap(bytes)
                .order(java.nio.ByteOrder.LITTLE_ENDIAN)
                .getInt(12);
        Arrays.fill(bytes, 16 + schema + 8, 16 + schema + 40, (byte) 0x7f);
        Files.write(file, bytes);

        try (BlockStore store = BlockStore.open(directory, experiment, files)) {
            assertThatThrownBy(() -> store.read(4))
                    .isInstanceOf(LogException.class)
                    .hasMessageStartingWith(file + ": block 0 is broken: ")
                    .hasMessageEndingWith(": make the first pass again");
        }
    }

    @Test
    void missingAndTruncatedFilesAreNamedWhenOpened() throws IOException {
        Path first = directory.resolve("blocks-00000.arrow");
        Files.delete(first);
        Path second = directory.resolve("blocks-00001.arrow");
        Files.write(second, Arrays.copyOf(Files.readAllBytes(second), 1000));

        assertThatThrownBy(() -> BlockStore.open(directory, experiment, files).close())
                .isInstanceOf(LogException.class)
                .hasMessage(
                        "%s: is missing: make the first pass again\n%s: has 1000 bytes, expected %d: make the first pass again"
                                .formatted(first, second, files.get(1).bytes()));
    }

    @Test
    void blocksOfAnotherExperimentAreRefused() {
        Experiment other = ExperimentLoader.parse(TestLogs.YAML.replace("name: age", "name: years"), "other.yaml");
        try (BlockStore store = BlockStore.open(directory, other, files)) {
            assertThatThrownBy(() -> store.read(0))
                    .isInstanceOf(LogException.class)
                    .hasMessage(directory.resolve("blocks-00000.arrow")
                            + ": has the columns of another experiment: make the first pass again");
        }
    }

    @Test
    void blocksBeyondTheLastAreRefused() {
        try (BlockStore store = BlockStore.open(directory, experiment, files)) {
            assertThatThrownBy(() -> store.read(5)).hasMessage("block 5: expected 0 to 4");
        }
    }
}
