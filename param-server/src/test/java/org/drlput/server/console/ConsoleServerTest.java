package org.drlput.server.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.drlput.common.version.VersionRegistry;
import org.drlput.server.console.ConsoleServer.Settings;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The console over real HTTP, of a registry that real shards wrote, which are asked over real gRPC. */
@TestInstance(Lifecycle.PER_CLASS)
class ConsoleServerTest {
    private Path data;
    private PublishedRun run;
    private ConsoleServer console;
    private ConsoleClient client;

    @BeforeAll
    void publish(@TempDir Path directory) {
        data = directory;
        run = PublishedRun.in(data);
        console = ConsoleServer.start(new Settings("127.0.0.1", 0, data, run.addresses()));
        client = new ConsoleClient(console);
    }

    @AfterAll
    void close() {
        console.close();
        run.close();
    }

    @Test
    void thePageLoadsNothingButItsOwnFiles() throws Exception {
        HttpResponse<String> page = client.get("/");

        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.headers().firstValue("Content-Type")).hasValue("text/html; charset=utf-8");
        Pattern reference = Pattern.compile("(?:src|href)=\"([^\"#]+\\.(?:js|css))\"|from \"\\./([^\"]+)\"");
        List<String> wanted = new ArrayList<>(List.of(""));
        for (int i = 0; i < wanted.size(); i++) {
            HttpResponse<String> file = client.get("/" + wanted.get(i));
            assertThat(file.statusCode()).as(wanted.get(i)).isEqualTo(200);
            assertThat(file.headers().firstValue("Content-Security-Policy"))
                    .hasValueSatisfying(policy -> assertThat(policy)
                            .startsWith("default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; ")
                            .doesNotContain("unsafe"));
            assertThat(file.headers().firstValue("X-Content-Type-Options")).hasValue("nosniff");
            // the name of SVG is no address
            assertThat(file.body().replace("http://www.w3.org/2000/svg", ""))
                    .as(wanted.get(i))
                    .doesNotContain("http:")
                    .doesNotContain("https:")
                    .doesNotContain("innerHTML");
            Matcher references = reference.matcher(file.body());
            while (references.find()) {
                String name = references.group(1) == null ? references.group(2) : references.group(1);
                if (!wanted.contains(name)) {
                    wanted.add(name);
                }
            }
        }
        assertThat(wanted).contains("console.js", "page.css", "charts.js");
    }

    @Test
    void versionsAreListedWithWhatIsSaidOfThem() throws Exception {
        JsonNode listing = client.json("/api/versions");

        assertThat(listing.path("total").asInt()).isEqualTo(12);
        assertThat(listing.path("versions")).hasSize(12);
        JsonNode version = listing.path("versions").get(4);
        assertThat(version.path("version").asLong()).isEqualTo(10);
        assertThat(version.path("step").asLong()).isEqualTo(10);
        assertThat(version.path("kept").asBoolean()).isTrue();
        assertThat(version.path("problem").isNull()).isTrue();
        assertThat(version.path("publishedMillis").asLong()).isPositive();
        assertThat(version.path("manifest").path("run").asText()).isEqualTo("run");
        assertThat(version.path("manifest").path("weightsSha256").asText())
                .isEqualTo(new VersionRegistry(data).manifest(10).weightsSha256());
        JsonNode gain = version.path("evaluation").path("relativeGain");
        assertThat(gain.path("value").asDouble())
                .isEqualTo(run.evaluation(10).relativeGain().value());
        assertThat(gain.path("low").asDouble()).isLessThan(gain.path("value").asDouble());
        assertThat(version.path("evaluation")
                        .path("gainOverManual")
                        .path("high")
                        .isNumber())
                .isTrue();
        assertThat(listing.path("versions").get(11).path("evaluation").isNull()).isTrue();
        JsonNode experiment = listing.path("experiments")
                .path(version.path("manifest").path("experimentSha256").asText());
        assertThat(experiment.path("name").asText()).isEqualTo("test");
        assertThat(experiment.path("actions").asInt()).isEqualTo(8);
        assertThat(experiment.path("hyperparameters").get(0).path("name").asText())
                .isEqualTo("w_click");
        assertThat(experiment.path("hyperparameters").get(0).path("values")).hasSize(4);
    }

    @Test
    void aVersionIsToldWhole() throws Exception {
        JsonNode detail = client.json("/api/versions/10");

        assertThat(detail.path("row").path("version").asLong()).isEqualTo(10);
        assertThat(detail.path("evaluation").path("estimates").fieldNames())
                .toIterable()
                .containsExactly("ips", "snips");
        assertThat(detail.path("evaluation")
                        .path("segments")
                        .get(0)
                        .path("label")
                        .asText())
                .isEqualTo(PublishedRun.HOSTILE);
        assertThat(detail.path("actionsTaken").asInt()).isEqualTo(8);
        JsonNode most = detail.path("actions").get(0);
        assertThat(most.path("action").asInt()).isEqualTo(3);
        // w_click is the more significant digit: 3 = 1 x 2 + 1
        assertThat(most.path("values").get(0).asDouble()).isEqualTo(0.5);
        assertThat(most.path("values").get(1).asDouble()).isEqualTo(0.1);
        assertThat(client.json("/api/versions/24").path("evaluation").isNull()).isTrue();
    }

    @Test
    void theRunAndItsShardsAreTold() throws Exception {
        JsonNode live = client.jsonOnce(
                        "/api/live",
                        answer -> !answer.path("health").path("run").isNull())
                .path("health");

        JsonNode now = live.path("run");
        assertThat(now.path("run").asText()).isEqualTo("run");
        assertThat(now.path("state").asText()).isEqualTo("ENDED");
        assertThat(now.path("step").asLong()).isEqualTo(24);
        assertThat(now.path("totalSteps").asLong()).isEqualTo(24);
        assertThat(now.path("generation").asLong()).isEqualTo(1);
        assertThat(now.path("published").asInt()).isEqualTo(12);
        assertThat(live.path("shards")).hasSize(2);
        for (int shard = 0; shard < 2; shard++) {
            JsonNode one = live.path("shards").get(shard);
            assertThat(one.path("shard").asInt()).isEqualTo(shard);
            assertThat(one.path("address").asText()).isEqualTo(run.addresses().get(shard));
            assertThat(one.path("error").isNull()).isTrue();
            assertThat(one.path("opened").asBoolean()).isTrue();
            assertThat(one.path("incarnation").asText()).matches("[0-9a-f]{1,16}");
        }
        assertThat(live.path("progress").get(0).path("step").asLong()).isEqualTo(24);
    }

    @Test
    void aShardThatDoesNotAnswerIsToldAndTheOthersStill(@TempDir Path nothing) throws Exception {
        int free;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            free = socket.getLocalPort();
        }
        List<String> shards = List.of(run.addresses().get(0), "127.0.0.1:" + free);
        try (ConsoleServer other = ConsoleServer.start(new Settings("127.0.0.1", 0, nothing, shards))) {
            JsonNode live = new ConsoleClient(other)
                    .jsonOnce(
                            "/api/live",
                            answer -> answer.path("health").path("shards").size() == 2)
                    .path("health")
                    .path("shards");
            assertThat(live.get(0).path("opened").asBoolean()).isTrue();
            assertThat(live.get(1).path("error").asText())
                    .startsWith("shard 1 (127.0.0.1:" + free + "): status: can not be reached (")
                    .endsWith("): is it running? see its log");
        }
    }

    @Test
    void anEmptyDirectoryIsNoError(@TempDir Path empty) throws Exception {
        Path later = empty.resolve("not-yet");
        try (ConsoleServer other = ConsoleServer.start(new Settings("127.0.0.1", 0, later, List.of()))) {
            ConsoleClient asked = new ConsoleClient(other);
            assertThat(asked.json("/api/versions").path("versions")).isEmpty();
            JsonNode live = asked.jsonOnce(
                    "/api/live",
                    answer -> !answer.path("health").path("askedMillis").isNull());
            assertThat(live.path("health").path("run").isNull()).isTrue();
            assertThat(live.path("health").path("shards")).isEmpty();
            assertThat(live.path("data").asText()).isEqualTo(later.toString());
        }
        assertThat(later).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/../../../../../../etc/passwd",
                "/%2e%2e/%2e%2e/etc/passwd",
                "/..%2fconsole.js",
                "/console.js/",
                "/api/../console.js",
                "//console.js",
                "/ConsoleServer.class",
                "/index.html%00.js",
                "/api",
                "/api/versions/",
                "/favicon.ico"
            })
    void thereIsNothingBesideThePage(String path) throws Exception {
        String answer = client.raw("GET " + path + " HTTP/1.1", "Host: 127.0.0.1");

        assertThat(answer).startsWith("HTTP/1.1 404 ").doesNotContain("root:").doesNotContain("import ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/api/versions/x",
                "/api/versions/-1",
                "/api/versions/07",
                "/api/versions/1e3",
                "/api/versions/10/manifest.json",
                "/api/versions/..%2f..%2fshard-0.json",
                "/api/versions/99999999999999999999"
            })
    void whatIsNoNumberOfAVersionIsRefused(String path) throws Exception {
        assertThat(client.raw("GET " + path + " HTTP/1.1", "Host: 127.0.0.1"))
                .startsWith("HTTP/1.1 404 ")
                .contains("{\"error\":\"expected /api/versions/ and the number of a version\"}");
    }

    @Test
    void anUnknownVersionIsToldAsThat() throws Exception {
        HttpResponse<String> answer = client.get("/api/versions/7");

        assertThat(answer.statusCode()).isEqualTo(404);
        assertThat(answer.body())
                .isEqualTo(
                        "{\"error\":\"version 7: there is none of this number here; retention may have removed it\"}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "PROPFIND"})
    void nothingIsTakenButQuestions(String method) throws Exception {
        for (String path : List.of("/", "/api/versions", "/api/versions/10")) {
            HttpResponse<String> answer = client.send(method, path);
            assertThat(answer.statusCode()).isEqualTo(405);
            assertThat(answer.headers().firstValue("Allow")).hasValue("GET, HEAD");
            assertThat(answer.body()).isEqualTo("{\"error\":\"" + method + ": the console only shows: expected GET\"}");
        }
    }

    @Test
    void whatDidNotChangeIsNotSentAgain() throws Exception {
        String tag = client.get("/api/versions").headers().firstValue("ETag").orElseThrow();

        assertThat(client.raw("GET /api/versions HTTP/1.1", "Host: localhost", "If-None-Match: " + tag))
                .startsWith("HTTP/1.1 304 ")
                .endsWith("\r\n\r\n");
        assertThat(client.raw("GET /api/versions HTTP/1.1", "Host: localhost", "If-None-Match: \"other\""))
                .startsWith("HTTP/1.1 200 ")
                .contains("\"total\":12");
    }

    @Test
    void headTellsTheSizeAlone() throws Exception {
        HttpResponse<String> answer = client.send("HEAD", "/console.js");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEmpty();
        assertThat(answer.headers().firstValueAsLong("Content-Length"))
                .hasValue(client.get("/console.js").body().getBytes(StandardCharsets.UTF_8).length);
    }

    @Test
    void onLoopbackAnotherNameIsRefused() throws Exception {
        assertThat(client.raw("GET /api/versions HTTP/1.1", "Host: attacker.example:80"))
                .startsWith("HTTP/1.1 421 ")
                .contains("this console is for this machine alone: open it as localhost, or through a tunnel");
        for (String host : List.of("localhost", "LOCALHOST:9999", "[::1]:80", "127.0.0.1")) {
            assertThat(client.raw("GET /api/versions HTTP/1.1", "Host: " + host))
                    .startsWith("HTTP/1.1 200 ");
        }
    }

    @Test
    void aTakenPortIsTold() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Settings settings = new Settings("127.0.0.1", taken.getLocalPort(), data, List.of());
            assertThatThrownBy(() -> ConsoleServer.start(settings))
                    .isInstanceOf(ConsoleException.class)
                    .hasMessageStartingWith("the console can not listen on 127.0.0.1:" + taken.getLocalPort() + ": ")
                    .hasMessageEndingWith(": use another port, or stop who has it");
        }
    }

    @Test
    void nothingIsWrittenByLooking() throws Exception {
        List<String> before = files();
        for (String path : List.of("/", "/api/live", "/api/versions", "/api/versions/10", "/api/ledger")) {
            assertThat(client.get(path).statusCode()).as(path).isEqualTo(200);
        }
        assertThat(files()).isEqualTo(before);
    }

    private List<String> files() throws Exception {
        try (var all = Files.walk(data)) {
            return all.map(Path::toString).sorted().toList();
        }
    }

    @Test
    void shardsThatBeginLaterAreFollowedAndWhatTheySaidLastStays() throws Exception {
        try (ConsoleServer alone = ConsoleServer.start(new Settings("127.0.0.1", 0, data, List.of()))) {
            ConsoleClient observer = new ConsoleClient(alone);
            JsonNode before = observer.jsonOnce(
                    "/api/live", live -> live.at("/health/askedMillis").isNumber());
            assertThat(before.at("/health/shards")).isEmpty();
            assertThat(before.at("/health/run").isNull()).isTrue();

            alone.follow(run.addresses());
            observer.jsonOnce("/api/live", live -> live.at("/health/shards").size() == 2);
            alone.leave();

            JsonNode after = observer.json("/api/live");
            assertThat(after.at("/health/run/state").asText()).isEqualTo("ENDED");
            assertThat(after.at("/health/shards/1/error").isNull()).isTrue();
        }
    }
}
