package org.drlput.jobs.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.drlput.jobs.cluster.FreePorts;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real processes, really killed: one run with each kind of kill, at least twelve SIGKILLs. */
class ChaosIT {
    @TempDir
    Path directory;

    @Test
    void killsOfEveryKindLeaveTheBitsAndCountsOfAnUndisturbedRun() throws IOException, InterruptedException {
        Assumptions.assumeTrue(Files.isDirectory(Path.of("/proc")), "skipped: a cluster needs /proc");
        List<String> lines = new ArrayList<>();
        ChaosSettings settings = new ChaosSettings(
                directory,
                5,
                1,
                7,
                List.of(
                        FaultKind.KILL_WORKER,
                        FaultKind.KILL_SHARD,
                        FaultKind.KILL_JOBMANAGER,
                        FaultKind.KILL_SEVERAL,
                        FaultKind.KILL_EVERYTHING),
                "step",
                119_808,
                FreePorts.inARow(4));

        boolean held = new Chaos(settings, lines::add).run();

        assertThat(held).as(String.join("\n", lines)).isTrue();
        assertThat(lines).last().asString().matches("5 faults in \\d runs, everything held");
        assertThat(new Journal(directory.resolve("journal-step-7.jsonl")).runs())
                .allSatisfy(run -> assertThat(lines.get(1)).endsWith(run.weights()));

        lines.clear();
        assertThat(new Chaos(settings, lines::add).run()).isTrue();
        assertThat(lines).as("what is finished is not done again").noneMatch(line -> line.startsWith("run "));
    }
}
