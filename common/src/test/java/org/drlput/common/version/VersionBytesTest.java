package org.drlput.common.version;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.drlput.common.version.VersionBytes.Receiver;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VersionBytesTest {
    private static final long MAX_BYTES = 1 << 20;

    @TempDir
    Path root;

    /** The files of a directory as a server sends them, in pieces. */
    private static Receiver received(Path directory, int pieceBytes) throws IOException {
        Receiver receiver = new Receiver("ps-0:7400: version 1500", MAX_BYTES);
        for (Path file : files(directory)) {
            byte[] bytes = Files.readAllBytes(file);
            for (int at = 0; at < bytes.length; at += pieceBytes) {
                receiver.accept(
                        file.getFileName().toString(),
                        at,
                        Arrays.copyOfRange(bytes, at, Math.min(bytes.length, at + pieceBytes)));
            }
        }
        return receiver;
    }

    private static List<Path> files(Path directory) throws IOException {
        try (var entries = Files.list(directory)) {
            return entries.sorted().toList();
        }
    }

    @Test
    void theVersionThatCameInPiecesIsTheOneOnDisk() throws IOException {
        Path directory = TestVersions.publish(root, 2, 1500);
        Version onDisk = Version.read(directory);

        for (int pieceBytes : new int[] {100, 1 << 20}) {
            Version version = Version.of(received(directory, pieceBytes).finish(), null);

            assertThat(version.manifest()).isEqualTo(onDisk.manifest());
            assertThat(version.experiment()).isEqualTo(onDisk.experiment());
            assertThat(version.statistics()).isEqualTo(onDisk.statistics());
            for (int t = 0; t < version.weights().tensors().size(); t++) {
                assertThat(version.weights().values(t))
                        .isEqualTo(onDisk.weights().values(t));
            }
        }
        assertThat(Version.of(VersionBytes.read(directory, MAX_BYTES), null).manifest())
                .isEqualTo(onDisk.manifest());
    }

    @Test
    void whatIsTheSameInTheKnownVersionIsSharedAndTheWeightsAreNot() throws IOException {
        Version first = Version.of(VersionBytes.read(TestVersions.publish(root, 2, 1500), MAX_BYTES), null);
        Version second = Version.of(VersionBytes.read(TestVersions.publish(root, 2, 1600), MAX_BYTES), first);

        assertThat(second.experiment()).isSameAs(first.experiment());
        assertThat(second.model()).isSameAs(first.model());
        assertThat(second.statistics()).isSameAs(first.statistics());
        assertThat(second.weights().values("output.weight"))
                .isNotEqualTo(first.weights().values("output.weight"));

        String other = TestVersions.YAML.replace("name: test", "name: other");
        Path directory = TestVersions.publish(root, other, first.weights(), 1, 1700);
        Version third = Version.of(VersionBytes.read(directory, MAX_BYTES), second);
        assertThat(third.experiment().name()).isEqualTo("other");
    }

    @Test
    void everyChangedByteIsRefusedAndItsFileNamed() throws IOException {
        Path directory = TestVersions.publish(root, 1, 1500);
        for (Path file : files(directory)) {
            byte[] good = Files.readAllBytes(file);
            // all bytes of the short files, some of the long ones
            for (int at = 0; at < good.length; at += 1 + good.length / 200) {
                byte[] bad = good.clone();
                bad[at] ^= 0x10;
                Files.write(file, bad);
                assertThatThrownBy(() -> Version.of(VersionBytes.read(directory, MAX_BYTES), null))
                        .as("%s, byte %d", file, at)
                        .isInstanceOf(VersionException.class)
                        .hasMessageContaining(file.getFileName().toString());
            }
            Files.write(file, good);
        }
        assertThat(Version.of(VersionBytes.read(directory, MAX_BYTES), null)).isNotNull();
    }

    @Test
    void everyFileThatIsMissingOrCutIsNamed() throws IOException {
        Path directory = TestVersions.publish(root, 2, 1500);
        for (Path file : files(directory)) {
            byte[] good = Files.readAllBytes(file);
            for (byte[] bad : new byte[][] {null, Arrays.copyOf(good, good.length - 1), new byte[0]}) {
                Files.delete(file);
                if (bad != null) {
                    Files.write(file, bad);
                }
                assertThatThrownBy(() -> Version.of(VersionBytes.read(directory, MAX_BYTES), null))
                        .isInstanceOf(VersionException.class)
                        .hasMessageContaining(file.getFileName().toString());
                Files.write(file, good);
            }
        }
    }

    @Test
    void piecesThatDoNotFollowEachOtherAreRefused() throws IOException {
        Receiver receiver = new Receiver("ps-0:7400: version 7", 100);
        receiver.accept("encoder.arrow", 0, new byte[10]);
        assertThatThrownBy(() -> receiver.accept("encoder.arrow", 20, new byte[10]))
                .hasMessage(
                        "ps-0:7400: version 7/encoder.arrow: found bytes from 20 on, expected them from 10 on: fetch it again");
        receiver.accept("weights-0.arrow", 0, new byte[10]);
        assertThatThrownBy(() -> receiver.accept("encoder.arrow", 0, new byte[10]))
                .hasMessage(
                        "ps-0:7400: version 7: file 'encoder.arrow' is no name of a version's file, or comes twice");
        for (String name : new ArrayList<>(List.of("../passwd", "/etc/passwd", "", ".hidden", "a/b"))) {
            Receiver other = new Receiver("ps-0:7400: version 7", 100);
            assertThatThrownBy(() -> other.accept(name, name.isEmpty() ? 1 : 0, new byte[10]))
                    .as(name)
                    .isInstanceOf(VersionException.class);
        }
    }

    @Test
    void whatIsTheSameIsTakenFromAnotherVersionAndVerifiedLikeTheRest() throws IOException {
        Path known = TestVersions.publish(root, 1, 1500);
        Path directory = TestVersions.publish(root, 1, 1600);
        for (Path damaged : new Path[] {null, known.resolve("encoder.arrow")}) {
            if (damaged != null) {
                byte[] bad = Files.readAllBytes(damaged);
                bad[bad.length / 2] ^= 1;
                Files.write(damaged, bad);
            }
            Receiver receiver = new Receiver("ps-0:7400: version 1600", MAX_BYTES);
            for (Path file : files(directory)) {
                String name = file.getFileName().toString();
                byte[] bytes = Files.readAllBytes(file);
                if (name.equals("encoder.arrow")) {
                    receiver.accept(name, 0, Arrays.copyOf(bytes, 100));
                    receiver.acceptSame(name, 100, bytes.length - 100L, known);
                } else {
                    receiver.accept(name, 0, bytes);
                }
            }
            VersionBytes received = receiver.finish();

            if (damaged == null) {
                assertThat(Version.of(received, null).manifest().version()).isEqualTo(1600);
            } else {
                assertThatThrownBy(() -> Version.of(received, null))
                        .hasMessageContaining("encoder.arrow: its SHA-256 is");
            }
        }
        Receiver receiver = new Receiver("ps-0:7400: version 1600", MAX_BYTES);
        assertThatThrownBy(() -> receiver.acceptSame("encoder.arrow", 0, 1 << 19, known))
                .isInstanceOf(VersionException.class)
                .hasMessageContaining("can not take what is the same of " + known.resolve("encoder.arrow"));
    }

    @Test
    void moreThanIsAllowedIsRefusedBeforeItIsTaken() throws IOException {
        Receiver receiver = new Receiver("ps-0:7400: version 7", 100);
        receiver.accept("weights-0.arrow", 0, new byte[60]);
        assertThatThrownBy(() -> receiver.accept("weights-1.arrow", 0, new byte[60]))
                .hasMessage("ps-0:7400: version 7: has more than 100 bytes: allow for more, if it is so large");
        Path directory = TestVersions.publish(root, 1, 1500);
        assertThatThrownBy(() -> VersionBytes.read(directory, 100))
                .hasMessage(directory + ": has more than 100 bytes: allow for more, if it is so large");
    }
}
