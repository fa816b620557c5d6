package org.drlput.common.version;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DamagedBitsTest {
    private static final long SEED = 20260101;
    private static final int FLIPS = 100;

    @TempDir
    Path root;

    @ParameterizedTest
    @ValueSource(strings = {"manifest.json", "experiment.yaml", "encoder.arrow", "weights-0.arrow", "weights-1.arrow"})
    void oneFlippedBitInAnyFileIsFoundInThatFile(String name) throws IOException {
        Path directory = TestVersions.publish(root, 2, 1500);
        Path file = directory.resolve(name);
        byte[] whole = Files.readAllBytes(file);
        Random random = new Random(SEED);
        for (int i = 0; i < FLIPS; i++) {
            int bit = i == 0 ? 0 : i == 1 ? whole.length * 8 - 1 : random.nextInt(whole.length * 8);
            Files.write(file, flipped(whole, bit));

            assertThatThrownBy(() -> Version.read(directory))
                    .as("seed %d, bit %d of %s", SEED, bit, name)
                    .isInstanceOf(VersionException.class)
                    .hasMessageStartingWith(file + ": ");
        }
        Files.write(file, whole);
        assertThat(Version.read(directory).manifest().version()).isEqualTo(1500);
    }

    @Test
    void anyFlippedBitOfAManifestIsFound() throws IOException {
        Path directory = TestVersions.publish(root, 1, 3);
        byte[] whole = Files.readAllBytes(directory.resolve(ManifestFile.NAME));
        for (int bit = 0; bit < whole.length * 8; bit++) {
            byte[] damaged = flipped(whole, bit);

            assertThatThrownBy(() -> ManifestFile.parse(damaged, "manifest.json"))
                    .as("bit %d", bit)
                    .isInstanceOf(VersionException.class);
        }
    }

    private static byte[] flipped(byte[] bytes, int bit) {
        byte[] damaged = bytes.clone();
        damaged[bit / 8] = (byte) (damaged[bit / 8] ^ 1 << bit % 8);
        return damaged;
    }
}
