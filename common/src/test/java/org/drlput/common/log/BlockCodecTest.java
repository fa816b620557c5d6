package org.drlput.common.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.drlput.common.experiment.Experiment;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BlockCodecTest {
    @TempDir
    Path directory;

    @Test
    void blocksComeBackAsTheyWentInAnyOrder() throws IOException {
        Experiment experiment = TestLogs.experiment();
        Path log = TestLogs.arrow(directory.resolve("log.arrow"), TestLogs.rows(Block.MAX_ROWS + 5, 3));
        List<Block> blocks = TestLogs.blocks(experiment, new ArrayList<>(), log);
        try (BlockCodec codec = new BlockCodec(experiment)) {
            List<byte[]> bytes = blocks.stream().map(codec::encode).toList();
            for (int i : new int[] {1, 0, 1}) {
                Object[] read = TestLogs.content(List.of(codec.decode(bytes.get(i))));
                assertThat(Arrays.deepEquals(read, TestLogs.content(List.of(blocks.get(i)))))
                        .isTrue();
            }
        }
    }

    @Test
    void otherBytesAreRefused() throws IOException {
        Experiment experiment = TestLogs.experiment();
        Path log = TestLogs.arrow(directory.resolve("log.arrow"), TestLogs.rows(20, 3));
        Block block = TestLogs.blocks(experiment, new ArrayList<>(), log).get(0);
        try (BlockCodec codec = new BlockCodec(experiment)) {
            byte[] bytes = codec.encode(block);
            assertThatThrownBy(() -> codec.decode(new byte[0]))
                    .isInstanceOf(LogException.class)
                    .hasMessageStartingWith("block in state: is broken: ");
            assertThatThrownBy(() -> codec.decode(Arrays.copyOf(bytes, bytes.length / 2)))
                    .isInstanceOf(LogException.class)
                    .hasMessageStartingWith("block in state: is broken: ");
        }
    }
}
