package org.drlput.jobs.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.drlput.jobs.cluster.ProcessTable.Signal;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real processes: they come up, are started again, and go. */
class ClusterIT {
    @TempDir
    Path directory;

    private Cluster cluster;

    @BeforeEach
    void needsProc() {
        Assumptions.assumeTrue(Files.isDirectory(Path.of("/proc")), "skipped: a cluster needs /proc");
        cluster = new Cluster(directory.resolve("cluster"));
    }

    @AfterEach
    void down() throws IOException, InterruptedException {
        if (cluster != null && cluster.exists()) {
            cluster.down();
        }
    }

    static ClusterSpec spec(int workers, int shards) {
        return new ClusterSpec(
                ClusterSpec.FORMAT_VERSION, workers, shards, FreePorts.inARow(2 + shards), 640, 128, 10_000);
    }

    private ProcessTable.Entry process(String name) {
        return cluster.processes().stream()
                .filter(entry -> entry.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private void awaitAnother(ProcessTable.Entry dead) {
        await(dead.name() + " is started again")
                .atMost(Duration.ofMinutes(1))
                .until(() -> cluster.processes().stream()
                        .anyMatch(entry -> entry.name().equals(dead.name()) && entry.pid() != dead.pid()));
    }

    @Test
    void whateverIsKilledIsStartedAgainAndDownLeavesNothing() throws IOException, InterruptedException {
        ClusterSpec spec = spec(1, 1);
        cluster.up(spec);

        assertThat(cluster.status())
                .extracting(ProcessStatus::name)
                .containsExactly("guard", "supervisor", "shard-0", "worker-0");
        assertThat(cluster.status())
                .allMatch(ProcessStatus::healthy)
                .allSatisfy(process -> assertThat(process.log()).exists());
        for (String name : List.of("worker-0", "supervisor", "guard", "shard-0")) {
            ProcessTable.Entry entry = process(name);
            ProcessTable.signal(entry.pid(), Signal.KILL);
            awaitAnother(entry);
        }
        await().atMost(Duration.ofMinutes(1))
                .until(() -> cluster.status().stream().allMatch(ProcessStatus::healthy));
        assertThat(cluster.processes()).hasSize(4);

        assertThat(cluster.down()).isEqualTo(4);

        assertThat(cluster.processes()).isEmpty();
        assertThat(directory.resolve("cluster")).isDirectoryNotContaining("glob:**/run");
        assertThat(FreePorts.isFree(spec.port()) && FreePorts.isFree(spec.shardPort(0)))
                .isTrue();
        assertThat(cluster.down()).isZero();
    }

    @Test
    void workersComeAndGoAndASecondUpIsRefused() throws IOException, InterruptedException {
        cluster.up(spec(1, 1));

        assertThatThrownBy(() -> cluster.up(spec(1, 1)))
                .isInstanceOf(ClusterException.class)
                .hasMessage("""
                        the cluster is up already
                          where     %s
                          found     1 workers, 1 shards
                          to do     drlput cluster status, scale or down\
                        """, cluster.directory().root());
        cluster.scale(2);
        await().atMost(Duration.ofMinutes(1)).until(() -> cluster.runs("worker-1"));
        cluster.scale(1);
        await().atMost(Duration.ofMinutes(1)).until(() -> !cluster.runs("worker-1"));
        assertThat(cluster.runs("worker-0")).isTrue();
    }

    @Test
    void aTakenPortIsNamedAndNothingStarts() throws IOException {
        ClusterSpec spec = spec(1, 1);
        try (ServerSocket taken = new ServerSocket(spec.restPort(), 1, InetAddress.getLoopbackAddress())) {
            assertThatThrownBy(() -> cluster.up(spec))
                    .isInstanceOf(ClusterException.class)
                    .hasMessageStartingWith("port %d is taken\n  found     ", taken.getLocalPort())
                    .hasMessageEndingWith("to do     give another first port with --port, or stop who has it");
        }
        assertThat(cluster.processes()).isEmpty();
    }

    @Test
    void tooLittleMemoryIsToldBeforeAnythingStarts() {
        ClusterSpec spec = new ClusterSpec(ClusterSpec.FORMAT_VERSION, 1, 1, FreePorts.inARow(3), 300, 128, 10_000);

        assertThatThrownBy(() -> cluster.up(spec))
                .isInstanceOf(ClusterException.class)
                .hasMessageStartingWith("a worker can not do with 300 MiB\n  found     ")
                .hasMessageEndingWith("to do     give it more with --worker-memory");
        assertThat(cluster.processes()).isEmpty();
    }

    @Test
    void whatIsNoClusterIsToldWithWhatToDo() {
        assertThatThrownBy(cluster::status)
                .isInstanceOf(ClusterException.class)
                .hasMessage(
                        "there is no cluster\n  where     %1$s\n  to do     drlput cluster up --dir %1$s",
                        cluster.directory().root());
        assertThatThrownBy(cluster::down)
                .hasMessage(
                        "there is no cluster\n  where     %s",
                        cluster.directory().root());
    }
}
