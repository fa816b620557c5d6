package org.drlput.common.version;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.ipc.ArrowFileReader;
import org.apache.arrow.vector.ipc.message.ArrowBlock;
import org.drlput.common.tensor.Parameters;
import org.drlput.common.tensor.ShardLayout;
import org.drlput.common.tensor.TensorSpec;
import org.drlput.common.tensor.TensorSpec.Role;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WeightsFileTest {
    private static final List<TensorSpec> TENSORS = List.of(
            new TensorSpec("embedding.user", 10, 3, Role.EMBEDDING),
            new TensorSpec("layer0.weight", 1, 5, Role.DENSE),
            new TensorSpec("empty", 0, 4, Role.DENSE));

    @TempDir
    Path directory;

    private Path write(ShardLayout layout, int shard, Parameters whole) throws IOException {
        Path file = directory.resolve(WeightsFile.name(shard));
        WeightsFile.write(file, layout, shard, TestVersions.part(whole, layout, shard), whole.tensors());
        return file;
    }

    private static Parameters counting(List<TensorSpec> tensors) {
        Parameters whole = new Parameters(tensors);
        for (int t = 0; t < tensors.size(); t++) {
            for (int i = 0; i < whole.values(t).length; i++) {
                whole.values(t)[i] = 1000 * t + i;
            }
        }
        return whole;
    }

    @Test
    void partsOfMoreShardsThanRowsMakeTheWholeInAnyOrder() throws IOException {
        Parameters whole = counting(TENSORS);
        ShardLayout layout = new ShardLayout(7);
        Path[] files = new Path[7];
        for (int shard = 0; shard < 7; shard++) {
            files[6 - shard] = write(layout, shard, whole);
        }

        Parameters read = WeightsFile.read(List.of(files), TENSORS);

        for (int t = 0; t < TENSORS.size(); t++) {
            assertThat(read.values(t)).isEqualTo(whole.values(t));
        }
    }

    @Test
    void theSameWeightsAreTheSameBytes() throws IOException {
        Manifest.File[] files = new Manifest.File[2];
        for (int i = 0; i < 2; i++) {
            Path file = directory.resolve("weights-0.arrow");
            Parameters whole = counting(TENSORS);
            files[i] = WeightsFile.write(file, new ShardLayout(1), 0, whole, TENSORS);
            assertThat(files[i]).isEqualTo(AtomicFile.describe(file));
        }
        assertThat(files[0]).isEqualTo(files[1]);
        try (java.util.stream.Stream<Path> left = Files.list(directory)) {
            assertThat(left).containsExactly(directory.resolve("weights-0.arrow"));
        }
    }

    @Test
    void fiftyMillionWeightsTravelInPiecesOfBoundedSize() throws IOException {
        List<TensorSpec> tensors = List.of(new TensorSpec("embedding.user", 3_125_000, 16, Role.EMBEDDING));
        Parameters whole = new Parameters(tensors);
        float[] values = whole.values(0);
        for (int i = 0; i < values.length; i++) {
            values[i] = i * 0.5f;
        }
        Path file = write(new ShardLayout(1), 0, whole);

        try (BufferAllocator allocator = new RootAllocator();
                ArrowFileReader reader = new ArrowFileReader(Files.newByteChannel(file), allocator)) {
            assertThat(reader.getRecordBlocks())
                    .hasSize(48)
                    .extracting(ArrowBlock::getBodyLength)
                    .allMatch(bytes -> bytes < TensorPieces.CHUNK_VALUES * 4L + TensorPieces.CHUNK_VALUES / 8 + 1024);
        }
        float[] read = WeightsFile.read(List.of(file), tensors).values(0);
        assertThat(Arrays.equals(read, values)).isTrue();
    }

    @Test
    void aRowLongerThanAPieceIsAPiece() throws IOException {
        List<TensorSpec> tensors = List.of(new TensorSpec("wide", 3, TensorPieces.CHUNK_VALUES + 1, Role.DENSE));
        Parameters whole = counting(tensors);

        Parameters read = WeightsFile.read(List.of(write(new ShardLayout(1), 0, whole)), tensors);

        assertThat(Arrays.equals(read.values(0), whole.values(0))).isTrue();
    }

    @Test
    void bitsSurvive() throws IOException {
        List<TensorSpec> tensors = List.of(new TensorSpec("t", 5, 1, Role.DENSE));
        Parameters whole = new Parameters(tensors);
        float[] odd = {-0f, Float.MIN_VALUE, Float.MAX_VALUE, -Float.MIN_NORMAL, 1 + Math.ulp(1f)};
        System.arraycopy(odd, 0, whole.values(0), 0, 5);

        float[] read = WeightsFile.read(List.of(write(new ShardLayout(1), 0, whole)), tensors)
                .values(0);

        assertThat(bits(read)).isEqualTo(bits(odd));
    }

    private static int[] bits(float[] values) {
        return IntStream.range(0, values.length)
                .map(i -> Float.floatToRawIntBits(values[i]))
                .toArray();
    }

    @Test
    void aPartOfAnotherShardIsNotWritten() {
        Parameters whole = counting(TENSORS);
        ShardLayout layout = new ShardLayout(2);
        Path file = directory.resolve("weights-0.arrow");

        assertThatThrownBy(() -> WeightsFile.write(file, layout, 0, whole, TENSORS))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "shard 0 of 2: part is TensorSpec[name=embedding.user, rows=10, columns=3, role=EMBEDDING], expected TensorSpec[name=embedding.user, rows=5, columns=3, role=EMBEDDING]");
        assertThat(file).doesNotExist();
    }

    @Test
    void aFileThatIsReplacedKeepsItsBytesUnderItsOtherNames() throws IOException {
        Parameters whole = counting(TENSORS);
        Path file = write(new ShardLayout(1), 0, whole);
        Path link = Files.createLink(directory.resolve("published.arrow"), file);
        Manifest.File before = AtomicFile.describe(link);
        whole.values(0)[0] = 7;

        write(new ShardLayout(1), 0, whole);

        assertThat(AtomicFile.describe(link)).isEqualTo(before);
        assertThat(AtomicFile.describe(file).sha256()).isNotEqualTo(before.sha256());
    }
}
