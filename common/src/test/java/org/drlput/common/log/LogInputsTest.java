package org.drlput.common.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogInputsTest {
    @TempDir
    Path directory;

    private Path logs;

    @BeforeEach
    void files() throws IOException {
        logs = directory.resolve("logs");
        Files.createDirectories(logs.resolve("day=2"));
        for (String name :
                List.of("day=2/b.csv", "a.csv", ".hidden.csv", "_marker.csv", "all-traffic.csv", "notes.txt")) {
            Files.writeString(logs.resolve(name), "x\n");
        }
    }

    @Test
    void logsAreFoundBelowADirectorySortedByPath() {
        assertThat(LogInputs.list(List.of(logs))).extracting(LogInput::name).containsExactly("a.csv", "day=2/b.csv");
    }

    @Test
    void symbolicLinksAreFollowed() throws IOException {
        Path link = Files.createSymbolicLink(directory.resolve("link"), logs);
        assertThat(LogInputs.list(List.of(link))).extracting(LogInput::name).containsExactly("a.csv", "day=2/b.csv");
        Path partitions = Files.createDirectory(directory.resolve("partitions"));
        Files.createSymbolicLink(partitions.resolve("day=2"), logs.resolve("day=2"));
        assertThat(LogInputs.list(List.of(partitions)))
                .extracting(LogInput::name)
                .containsExactly("day=2/b.csv");
    }

    @Test
    void aLinkThatLeadsBackIsAProblem() throws IOException {
        Files.createSymbolicLink(logs.resolve("again"), logs);
        assertThatThrownBy(() -> LogInputs.list(List.of(logs)))
                .isInstanceOf(LogException.class)
                .hasMessageStartingWith(logs + ": can not be listed: ")
                .hasMessageContaining("again");
    }
}
