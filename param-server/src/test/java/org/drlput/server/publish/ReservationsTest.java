package org.drlput.server.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.drlput.common.version.VersionRegistry;
import org.drlput.server.publish.Reservations.Reservation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReservationsTest {
    @TempDir
    Path data;

    private Reservations reservations() {
        return new Reservations(data, new VersionRegistry(data));
    }

    @Test
    void aRunKeepsItsNumbers() throws IOException {
        assertThat(reservations().reserve("a", 100)).isEqualTo(new Reservation("a", 0, 100));
        assertThat(reservations().reserve("b", 7)).isEqualTo(new Reservation("b", 100, 107));
        assertThat(reservations().reserve("a", 100)).isEqualTo(new Reservation("a", 0, 100));
        assertThat(reservations().list()).hasSize(2);
    }

    @Test
    void numbersAreAbovePublishedOnes() throws IOException {
        Files.createDirectories(data.resolve("versions/000000000321"));
        assertThat(reservations().reserve("a", 10)).isEqualTo(new Reservation("a", 321, 331));
    }

    @Test
    void aRunOfOtherLengthIsRefused() throws IOException {
        reservations().reserve("a", 100);
        assertThatThrownBy(() -> reservations().reserve("a", 99))
                .hasMessage("run a was begun with 100 steps, now it has 99: begin a new run");
    }

    @Test
    void runsThatBeginAtTheSameTimeHaveNumbersOfTheirOwn() throws Exception {
        int runs = 6;
        int shards = 3;
        ExecutorService threads = Executors.newFixedThreadPool(runs * shards);
        try {
            List<Callable<Reservation>> calls = new ArrayList<>();
            for (int i = 0; i < runs * shards; i++) {
                String run = "run-" + i % runs;
                calls.add(() -> reservations().reserve(run, 10));
            }
            List<Reservation> taken = new ArrayList<>();
            for (Future<Reservation> call : threads.invokeAll(calls)) {
                taken.add(call.get());
            }
            List<Reservation> distinct = taken.stream()
                    .distinct()
                    .sorted(Comparator.comparingLong(Reservation::base))
                    .toList();
            assertThat(distinct).extracting(Reservation::run).hasSize(runs).doesNotHaveDuplicates();
            assertThat(distinct).extracting(Reservation::base).containsExactly(0L, 10L, 20L, 30L, 40L, 50L);
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void aDamagedReservationIsNamed() throws IOException {
        reservations().reserve("a", 100);
        Path file = data.resolve("reservations/000000.json");
        Files.writeString(file, "{\"run\": \"a\"");
        assertThatThrownBy(() -> reservations().reserve("b", 5)).hasMessageStartingWith(file + ": is damaged: ");
        assertThat(data.resolve("reservations")).isDirectoryNotContaining("glob:**/000001.json");
    }
}
