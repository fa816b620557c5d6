package org.drlput.common.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.File;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an ad server does, on the class path that it does it on: that of {@code drlput-common}. */
class ClassPathTest {
    @TempDir
    Path directory;

    @Test
    void anAdServerFollowsDecidesAndLogsWithNeitherFlinkNorServerOnItsClassPath() {
        for (String name : new String[] {
            "org.apache.flink.api.common.JobID", "org.drlput.server.ShardServer", "org.drlput.jobs.cli.DrlPut"
        }) {
            assertThatThrownBy(() -> Class.forName(name)).isInstanceOf(ClassNotFoundException.class);
        }
        String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        assertThat(classPath.split(File.pathSeparator))
                .hasSizeGreaterThan(10)
                .noneMatch(entry -> Path.of(entry).getFileName().toString().startsWith("flink-"))
                .noneMatch(entry -> Path.of(entry).endsWith("param-server/target/classes"));

        Path registry = directory.resolve("registry");
        ServedVersions.publish(registry, 1);
        try (PolicyClient client = PolicyClient.follow(
                        "latest", ServedVersions.following(registry).withStore(directory.resolve("store")));
                DecisionLog log = DecisionLog.open(DecisionLogOptions.in(directory.resolve("logs")))) {
            Decision decision = client.decide("r", ServedVersions.request(1));
            assertThat(decision.version()).isEqualTo(1);
            assertThat(log.offer(LoggedDecision.of(
                            "r", Instant.EPOCH, ServedVersions.request(1), decision, Map.of("revenue", 1.0))))
                    .isTrue();
        }
    }
}
