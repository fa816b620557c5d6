package org.drlput.server.console;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.drlput.server.console.ConsoleServer.Settings;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who moved which alias why, over real HTTP, of a ledger that the keeper of versions wrote. */
class LedgerOnConsoleTest {
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

    @Test
    void beforeAnythingIsNamedOnlyTheNewestVersionHasAName() throws Exception {
        JsonNode ledger = client.json("/api/ledger");

        assertThat(ledger.path("problem").isNull()).isTrue();
        assertThat(ledger.path("aliases")).hasSize(1);
        assertThat(ledger.path("aliases").get(0).path("name").asText()).isEqualTo("latest");
        assertThat(ledger.path("aliases").get(0).path("version").asLong()).isEqualTo(24);
        assertThat(ledger.path("entries")).isEmpty();
        assertThat(data.resolve("aliases.json")).doesNotExist();
    }

    @Test
    void decisionsAreToldWithTheirEvidenceNewestFirst() throws Exception {
        run.decide();

        JsonNode ledger = client.json("/api/ledger");
        assertThat(ledger.path("aliases"))
                .extracting(alias -> alias.path("name").asText() + " "
                        + alias.path("version").asLong())
                .containsExactly("canary 8", "latest 24", "stable 10");
        assertThat(ledger.path("pins").get(0).path("version").asLong()).isEqualTo(6);
        assertThat(ledger.path("pins").get(0).path("actor").asText()).isEqualTo("ann");
        assertThat(ledger.path("entries"))
                .extracting(entry -> entry.path("action").asText())
                .containsExactly("hold", "promote", "pin", "set", "force");
        JsonNode held = ledger.path("entries").get(0);
        assertThat(held.path("version").asLong()).isEqualTo(14);
        assertThat(held.path("from").asLong()).isEqualTo(10);
        assertThat(held.path("to").asLong()).isEqualTo(10);
        assertThat(held.path("reason").asText()).contains("Diversity 0.97 is above 0.95");
        assertThat(held.path("evidence").path("diversity").asDouble()).isEqualTo(0.97);
        assertThat(held.path("evidence")
                        .path("comparisons")
                        .get(2)
                        .path("baseline")
                        .asText())
                .isEqualTo("stable");
        assertThat(ledger.path("entries").get(3).path("reason").asText()).isEqualTo(PublishedRun.HOSTILE);
        assertThat(ledger.path("older").asInt()).isZero();
    }

    @Test
    void aDamagedLedgerIsToldAndVersionsAreStillShown() throws Exception {
        run.decide();
        Files.writeString(data.resolve("aliases.json"), "{");

        JsonNode ledger = client.json("/api/ledger");
        assertThat(ledger.path("problem").asText())
                .startsWith(data.resolve("aliases.json") + ": ")
                .contains("nothing was changed");
        assertThat(ledger.path("entries")).isEmpty();
        assertThat(client.json("/api/versions").path("versions")).hasSize(12);
    }
}
