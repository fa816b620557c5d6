package org.drlput.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.drlput.common.experiment.ExperimentLoader;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.ParseResult;

/** The manifests in k8s agree with each other and with the command line. */
class ManifestsTest {
    private static final Path K8S = Path.of("..", "k8s");
    private static final YAMLMapper YAML = YAMLMapper.builder(YAMLFactory.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build())
            .build();

    static List<Path> manifests() throws IOException {
        try (Stream<Path> files = Files.walk(K8S)) {
            return files.filter(file -> file.toString().endsWith(".yaml"))
                    .filter(file -> !file.endsWith("experiment.yaml"))
                    .sorted()
                    .toList();
        }
    }

    private static List<JsonNode> documents(Path file) throws IOException {
        try (var values = YAML.readerFor(JsonNode.class).<JsonNode>readValues(file.toFile())) {
            return values.readAll();
        }
    }

    /** The set of manifests that one kustomization stands for: patches replace what they patch, as far as tests care. */
    private static List<JsonNode> set(String name) throws IOException {
        List<JsonNode> all = new ArrayList<>();
        for (Path file : manifests()) {
            if (file.equals(K8S.resolve(name).resolve(String.valueOf(file.getFileName())))
                    && !file.endsWith("kustomization.yaml")) {
                all.addAll(documents(file));
            }
        }
        return all;
    }

    private static JsonNode one(List<JsonNode> set, String kind) {
        return set.stream()
                .filter(document -> document.path("kind").asText().equals(kind))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no " + kind));
    }

    private static JsonNode container(JsonNode workload) {
        return workload.at("/spec/template/spec/containers/0");
    }

    /** Parsed by the command line, with the first pod's number. */
    private static ParseResult command(JsonNode container) {
        List<String> args = new ArrayList<>();
        container.path("args").forEach(arg -> args.add(arg.asText().replace("$(SHARD)", "0")));
        CommandLine line = DrlPut.commandLine(Terminal.ofProcess());
        return line.parseArgs(args.toArray(String[]::new)).subcommand();
    }

    @ParameterizedTest
    @MethodSource("manifests")
    void everyManifestIsOneThatKubernetesKnows(Path file) throws IOException {
        assertThat(documents(file)).isNotEmpty().allSatisfy(document -> {
            assertThat(document.path("apiVersion").asText()).isNotEmpty();
            assertThat(document.path("kind").asText())
                    .isIn("Kustomization", "Service", "StatefulSet", "Job", "PersistentVolumeClaim");
            if (!document.path("kind").asText().equals("Kustomization")) {
                assertThat(document.at("/metadata/name").asText()).matches("[a-z0-9-]+");
            }
        });
    }

    @Test
    void kustomizationsNameFilesThatAreThere() throws IOException {
        for (String name : List.of("base", "overlays/dev")) {
            Path folder = K8S.resolve(name);
            JsonNode kustomization =
                    documents(folder.resolve("kustomization.yaml")).get(0);
            assertThat(kustomization.path("resources"))
                    .isNotEmpty()
                    .allSatisfy(resource ->
                            assertThat(folder.resolve(resource.asText())).exists());
            kustomization
                    .path("patches")
                    .forEach(patch -> assertThat(
                                    folder.resolve(patch.path("path").asText()))
                            .exists());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"base", "overlays/dev"})
    void serversAndTrainerAgree(String name) throws IOException {
        List<JsonNode> set = set(name);
        JsonNode servers = one(set, "StatefulSet");
        int replicas = servers.at("/spec/replicas").asInt();

        ParseResult server = command(container(servers));
        ParseResult train = command(container(one(set, "Job")));

        assertThat(server.commandSpec().name()).isEqualTo("server");
        assertThat(server.<Integer>matchedOptionValue("--shards", -1)).isEqualTo(replicas);
        assertThat(train.commandSpec().name()).isEqualTo("train");
        List<String> addresses = train.matchedOptionValue("--servers", List.of());
        int port = server.matchedOptionValue("--port", -1);
        assertThat(addresses).hasSize(replicas);
        // the console of each shard asks all of them, and listens to nobody but kubectl port-forward
        assertThat(server.matchedOptionValue("--http-shards", List.of())).isEqualTo(addresses);
        assertThat(server.hasMatchedOption("--http-port")).isTrue();
        assertThat(server.hasMatchedOption("--http-host")).isFalse();
        for (int shard = 0; shard < replicas; shard++) {
            assertThat(addresses.get(shard)).isEqualTo("drlput-server-%d.drlput-server:%d".formatted(shard, port));
        }
    }

    @Test
    void portsImagesAndVolumesFitTheCommands() throws IOException {
        List<JsonNode> set = set("base");
        JsonNode service = one(set, "Service");
        JsonNode servers = one(set, "StatefulSet");
        JsonNode shard = container(servers);
        JsonNode trainer = container(one(set, "Job"));
        int port = command(shard).matchedOptionValue("--port", -1);

        assertThat(shard.at("/ports/0/containerPort").asInt()).isEqualTo(port);
        assertThat(service.at("/spec/ports/0/port").asInt()).isEqualTo(port);
        assertThat(service.at("/spec/ports/0/targetPort").asText())
                .isEqualTo(shard.at("/ports/0/name").asText());
        assertThat(servers.at("/spec/serviceName").asText())
                .isEqualTo(service.at("/metadata/name").asText());
        assertThat(service.at("/spec/selector")).isEqualTo(servers.at("/spec/selector/matchLabels"));
        assertThat(shard.path("image").asText())
                .isEqualTo(trainer.path("image").asText())
                .isEqualTo(documents(K8S.resolve("base/kustomization.yaml"))
                        .get(0)
                        .at("/images/0/name")
                        .asText());
        assertThat(mounts(shard))
                .contains(
                        command(shard).<Path>matchedOptionValue("--data", null).toString());
        assertThat(mounts(trainer)).contains("/experiment", "/logs", "/runs");
    }

    private static List<String> mounts(JsonNode container) {
        List<String> paths = new ArrayList<>();
        container
                .path("volumeMounts")
                .forEach(mount -> paths.add(mount.path("mountPath").asText()));
        return paths;
    }

    @Test
    void theExperimentIsTheExamplesOne() throws IOException {
        Path experiment = K8S.resolve("base/experiment.yaml");

        assertThat(ExperimentLoader.load(experiment).name()).isEqualTo("ad-market");
        assertThat(experiment).hasSameBinaryContentAs(Path.of("..", "examples", "ad-market.yaml"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"base", "overlays/dev"})
    void kubectlRendersIt(String name, @TempDir Path temporary) throws IOException, InterruptedException {
        boolean there = Stream.of(System.getenv().getOrDefault("PATH", "").split(":"))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, "kubectl")));
        if (!there) {
            System.out.println("skipped: no kubectl, k8s/" + name + " is not rendered");
        }
        Assumptions.assumeTrue(there, "no kubectl");
        Path out = temporary.resolve("rendered.yaml");
        Process process = new ProcessBuilder(
                        "kubectl", "kustomize", K8S.resolve(name).toString())
                .redirectOutput(out.toFile())
                .redirectError(temporary.resolve("errors.txt").toFile())
                .start();
        assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();

        assertThat(Files.readString(temporary.resolve("errors.txt"), StandardCharsets.UTF_8))
                .isEmpty();
        assertThat(process.exitValue()).isZero();
        assertThat(documents(out)).extracting(d -> d.path("kind").asText()).contains("StatefulSet", "Job", "ConfigMap");
    }
}
