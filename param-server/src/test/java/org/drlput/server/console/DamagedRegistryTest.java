package org.drlput.server.console;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.drlput.common.version.VersionRegistry;
import org.drlput.server.console.ConsoleServer.Settings;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is damaged, half there or removed is told, and hides nothing else. */
class DamagedRegistryTest {
    @TempDir
    Path data;

    private PublishedRun run;
    private ConsoleServer console;
    private ConsoleClient client;

    @BeforeEach
    void publish() {
        run = PublishedRun.in(data);
        console = ConsoleServer.start(new Settings("127.0.0.1", 0, data, List.of()));
        client = new ConsoleClient(console);
    }

    @AfterEach
    void close() {
        console.close();
        run.close();
    }

    private JsonNode row(long version) throws Exception {
        for (JsonNode row : client.json("/api/versions").path("versions")) {
            if (row.path("version").asLong() == version) {
                return row;
            }
        }
        throw new AssertionError("version " + version + " is not listed");
    }

    @Test
    void damageIsToldInTheVersionsRowAndMendedFilesAreReadAgain() throws Exception {
        Path evaluation = data.resolve("evaluations/10.json");
        byte[] whole = Files.readAllBytes(evaluation);
        Files.writeString(evaluation, "{\"formatVersion\": 1, \"version\": 10");
        Path manifest = new VersionRegistry(data).directory(12).resolve("manifest.json");
        Files.writeString(manifest, Files.readString(manifest).replace("\"step\" : 12", "\"step\" : 13"));
        Path experiment = new VersionRegistry(data).directory(14).resolve("experiment.yaml");
        Files.delete(experiment);

        assertThat(row(10).path("problem").asText()).startsWith(evaluation + ": is no evaluation: ");
        assertThat(row(10).path("evaluation").isNull()).isTrue();
        assertThat(row(10).path("manifest").path("step").asLong()).isEqualTo(10);
        assertThat(row(12).path("problem").asText())
                .startsWith(manifest + ": its SHA-256 is ")
                .endsWith(": it was changed: fetch the version again");
        assertThat(row(12).path("evaluation").path("rows").asLong()).isEqualTo(10_000);
        assertThat(row(8).path("problem").isNull()).isTrue();
        assertThat(client.json("/api/versions/10").path("evaluation").isNull()).isTrue();
        assertThat(client.json("/api/versions/12").path("row").path("manifest").isNull())
                .isTrue();

        Files.write(evaluation, whole);
        assertThat(row(10).path("problem").isNull()).isTrue();
        assertThat(row(10).path("evaluation").path("rows").asLong()).isEqualTo(10_000);
    }

    @Test
    void ofARemovedVersionTheEvaluationIsStillShown() throws Exception {
        assertThat(row(4).path("kept").asBoolean()).isTrue();
        Path directory = new VersionRegistry(data).directory(4);
        Files.move(directory, directory.resolveSibling(".removing-000000000004"));

        JsonNode row = row(4);
        assertThat(row.path("kept").asBoolean()).isFalse();
        assertThat(row.path("problem").isNull()).isTrue();
        assertThat(row.path("step").asLong()).isEqualTo(4);
        assertThat(row.path("evaluation").path("relativeGain").path("value").isNumber())
                .isTrue();
        JsonNode detail = client.json("/api/versions/4");
        assertThat(detail.path("experiment").isNull()).isTrue();
        assertThat(detail.path("evaluation").path("rows").asLong()).isEqualTo(10_000);
        // not evaluated and removed: nothing is left of it
        Path last = new VersionRegistry(data).directory(24);
        Files.move(last, last.resolveSibling(".removing-000000000024"));
        assertThat(client.get("/api/versions/24").statusCode()).isEqualTo(404);
    }

    @Test
    void anEvaluationThatCouldNotBeMadeIsNoDamage() throws Exception {
        run.servers()
                .client()
                .versions()
                .putEvaluation(
                        22,
                        org.drlput.common.estimate.Evaluation.failed(22, 22, "the hold-out has no rows")
                                .toJson());

        JsonNode row = row(22);
        assertThat(row.path("problem").isNull()).isTrue();
        assertThat(row.path("evaluation").path("error").asText()).isEqualTo("the hold-out has no rows");
        assertThat(row.path("evaluation").path("relativeGain").path("value").isNull())
                .isTrue();
    }
}
