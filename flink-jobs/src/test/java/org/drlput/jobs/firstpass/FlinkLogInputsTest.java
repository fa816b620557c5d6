package org.drlput.jobs.firstpass;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.drlput.common.log.LogException;
import org.drlput.common.log.LogInput;
import org.drlput.common.log.LogInputs;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FlinkLogInputsTest {
    @TempDir
    Path directory;

    private void writeLogs() throws IOException {
        Files.createDirectories(directory.resolve("day=1/_tmp"));
        Files.writeString(directory.resolve("day=1/b.csv"), "0123456789");
        Files.writeString(directory.resolve("day=1/_tmp/c.csv"), "x");
        Files.writeString(directory.resolve("a.csv.gz"), "x");
        Files.writeString(directory.resolve("all-traffic.arrow"), "x");
        Files.writeString(directory.resolve("experiment.yaml"), "x");
    }

    private String uri() {
        return "file://" + directory.toAbsolutePath();
    }

    @Test
    void aMountedDirectoryHasTheLogsThatALocalOneHas() throws IOException {
        writeLogs();

        assertThat(FlinkLogInputs.list(List.of(uri())))
                .extracting(LogInput::name)
                .containsExactly("a.csv.gz", "day=1/b.csv")
                .isEqualTo(LogInputs.list(List.of(directory)).stream()
                        .map(LogInput::name)
                        .toList());
        assertThat(FlinkLogInputs.list(List.of(directory.toString(), uri() + "/a.csv.gz")))
                .extracting(LogInput::name)
                .containsExactly("a.csv.gz", "day=1/b.csv", "a.csv.gz");
    }

    @Test
    void aMountedFileIsReadAtAnyPlace() throws IOException {
        writeLogs();
        LogInput input = FlinkLogInputs.list(List.of(uri() + "/day=1/b.csv")).get(0);

        assertThat(input.bytes()).isEqualTo(10);
        try (SeekableByteChannel channel = input.open()) {
            ByteBuffer buffer = ByteBuffer.allocate(3);
            channel.position(7);
            assertThat(channel.read(buffer)).isEqualTo(3);
            assertThat(new String(buffer.array(), StandardCharsets.UTF_8)).isEqualTo("789");
            assertThat(channel.position()).isEqualTo(10);
            assertThat(channel.size()).isEqualTo(10);
            assertThat(channel.read(buffer.clear())).isEqualTo(-1);
            channel.position(1);
            assertThat(channel.read(buffer.clear())).isEqualTo(3);
            assertThat(buffer.get(0)).isEqualTo((byte) '1');
        }
        Path copy = input.localFile();
        assertThat(copy).hasContent("0123456789");
        input.release(copy);
        assertThat(copy).doesNotExist();
    }

    @Test
    void allProblemsAreNamed() throws IOException {
        Files.createDirectory(directory.resolve("empty"));

        assertThatThrownBy(() -> FlinkLogInputs.list(
                        List.of(uri() + "/nowhere", uri() + "/empty", directory + "/nope", "nosuchscheme://x/y")))
                .isInstanceOfSatisfying(LogException.class, e -> {
                    assertThat(e.problems()).hasSize(4);
                    assertThat(e.problems().get(0)).endsWith("/nowhere: there is no such file or directory");
                    assertThat(e.problems().get(1)).contains("/empty: holds no log: expected files that end in .arrow");
                    assertThat(e.problems().get(2)).isEqualTo(directory + "/nope: there is no such file or directory");
                    assertThat(e.problems().get(3)).startsWith("nosuchscheme://x/y: can not be read: ");
                });
    }
}
