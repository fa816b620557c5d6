package org.drlput.common.version;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.drlput.common.version.TestVersions.Staged;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VersionRegistryTest {
    @TempDir
    Path root;

    /** As if the process died. */
    private static final class Death extends Error {
        private static final long serialVersionUID = 1L;
    }

    private static boolean publish(VersionRegistry registry, Staged staged) throws IOException {
        return registry.publish(staged.manifest(), staged.files(), staged.experimentYaml());
    }

    @Test
    void anEmptyRegistryHasNothing() {
        VersionRegistry registry = new VersionRegistry(root.resolve("later"));

        assertThat(registry.versions()).isEmpty();
        assertThat(registry.evaluated()).isEmpty();
        assertThat(registry.evaluation(3)).isEmpty();
        assertThatThrownBy(() -> registry.manifest(3))
                .isInstanceOf(VersionException.class)
                .hasMessage("version 3: is not in %s, which has none"
                        .formatted(root.resolve("later").resolve("versions")));
    }

    @Test
    void versionsAreListedAscendingAsTheyArePublished() throws IOException {
        VersionRegistry registry = new VersionRegistry(root);
        for (long version : new long[] {1000, 50, 999_999_999_999L, 0}) {
            assertThat(publish(registry, TestVersions.stage(root.resolve("staging"), 1, version)))
                    .isTrue();
        }

        assertThat(registry.versions()).containsExactly(0L, 50L, 1000L, 999_999_999_999L);
        assertThat(registry.directory(50)).isEqualTo(root.resolve("versions").resolve("000000000050"));
        assertThat(registry.manifest(1000).step()).isEqualTo(1000);
        assertThatThrownBy(() -> registry.manifest(51))
                .hasMessage("version 51: is not in %s, which has 4 from 0 to 999999999999"
                        .formatted(root.resolve("versions")));
        assertThatThrownBy(() -> registry.directory(1_000_000_000_000L))
                .hasMessage("version 1000000000000: expected 0 to 999999999999");
    }

    @Test
    void aVersionIsWrittenOnceAndStaysAsItIs() throws IOException {
        VersionRegistry registry = new VersionRegistry(root);
        Staged first = TestVersions.stage(root.resolve("staging"), 2, 7);
        assertThat(publish(registry, first)).isTrue();
        Version before = Version.read(registry.directory(7));
        Staged second = TestVersions.stage(
                root.resolve("staging"),
                TestVersions.YAML,
                TestVersions.initialWeights(before.weights().tensors(), 99),
                2,
                7);

        assertThat(publish(registry, second)).isFalse();

        assertThat(registry.manifest(7)).isEqualTo(first.manifest());
        assertThat(Version.read(registry.directory(7)).weights().values(0))
                .isEqualTo(before.weights().values(0));
    }

    @Test
    void stagedFilesMayBeDeletedOrStagedAgainAfterwards() throws IOException {
        VersionRegistry registry = new VersionRegistry(root);
        Staged staged = TestVersions.stage(root.resolve("staging"), 2, 7);
        publish(registry, staged);
        TestVersions.stage(root.resolve("staging"), 2, 8);
        for (Path file : staged.files().values()) {
            Files.delete(file);
        }

        assertThat(Version.read(registry.directory(7)).manifest()).isEqualTo(staged.manifest());
    }

    @Test
    void ofManyWhoPublishTheSameVersionOneDoes() throws Exception {
        int publishers = 8;
        List<Staged> staged = new ArrayList<>();
        for (int i = 0; i < publishers; i++) {
            staged.add(TestVersions.stage(root.resolve("staging-" + i), i + 1, 7));
        }
        CountDownLatch start = new CountDownLatch(1);
        ExecutorService threads = Executors.newFixedThreadPool(publishers);
        List<Future<Boolean>> outcomes = new ArrayList<>();
        for (Staged one : staged) {
            outcomes.add(threads.submit(() -> {
                start.await();
                return publish(new VersionRegistry(root), one);
            }));
        }
        start.countDown();
        int published = 0;
        Manifest winner = null;
        for (int i = 0; i < publishers; i++) {
            if (outcomes.get(i).get()) {
                published++;
                winner = staged.get(i).manifest();
            }
        }
        threads.shutdown();

        assertThat(published).isEqualTo(1);
        assertThat(Version.read(new VersionRegistry(root).directory(7)).manifest())
                .isEqualTo(winner);
        assertThat(names(root.resolve("versions"))).containsExactly("000000000007");
    }

    @Test
    void whereverAPublicationBreaksOffTheVersionIsWholeOrNotThereAndItCanBeRepeated() throws IOException {
        int crashes = 0;
        for (int survived = 0; ; survived++) {
            Path data = Files.createDirectory(root.resolve("crash-" + survived));
            Staged staged = TestVersions.stage(data.resolve("staging"), 2, 7);
            int[] left = {survived};
            try {
                publish(
                        new VersionRegistry(data, step -> {
                            if (left[0]-- == 0) {
                                throw new Death();
                            }
                        }),
                        staged);
                break;
            } catch (Death e) {
                crashes++;
            }
            VersionRegistry registry = new VersionRegistry(data);
            boolean there = registry.versions().equals(List.of(7L));
            assertThat(registry.versions()).isEqualTo(there ? List.of(7L) : List.of());
            registry.removeLeftovers();
            assertThat(names(data.resolve("versions"))).isEqualTo(there ? List.of("000000000007") : List.of());

            assertThat(publish(registry, staged)).isEqualTo(!there);
            assertThat(Version.read(registry.directory(7)).manifest()).isEqualTo(staged.manifest());
        }
        assertThat(crashes).as("folder, 3 files, experiment, manifest, rename").isEqualTo(7);
    }

    @Test
    void aPublicationThatFailsLeavesNothing() throws IOException {
        Staged staged = TestVersions.stage(root.resolve("staging"), 2, 7);
        VersionRegistry full = new VersionRegistry(root, step -> {
            if (step.equals("experiment written")) {
                throw new IOException("No space left on device");
            }
        });

        assertThatThrownBy(() -> publish(full, staged)).hasMessage("No space left on device");

        assertThat(names(root.resolve("versions"))).isEmpty();
        assertThat(publish(new VersionRegistry(root), staged)).isTrue();
    }

    @Test
    void filesThatDoNotFitTheManifestAreRefused() throws IOException {
        VersionRegistry registry = new VersionRegistry(root);
        Staged staged = TestVersions.stage(root.resolve("staging"), 2, 7);
        Path weights = root.resolve("staging").resolve("weights-1.arrow");

        assertThatThrownBy(() -> registry.publish(
                        staged.manifest(), Map.of("weights-1.arrow", weights), staged.experimentYaml()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "version 7: its manifest names [encoder.arrow, weights-0.arrow, weights-1.arrow], staged are [weights-1.arrow]");
        assertThatThrownBy(() -> registry.publish(staged.manifest(), staged.files(), new byte[] {'x'}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageMatching(
                        "version 7: the experiment's SHA-256 is [0-9a-f]{64}, its manifest says [0-9a-f]{64}");
        Files.write(weights, new byte[100]);
        assertThatThrownBy(() -> publish(registry, staged))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("version 7: %s has 100 bytes, its manifest says %d"
                        .formatted(weights, staged.manifest().files().get(1).bytes()));
        Files.delete(weights);
        assertThatThrownBy(() -> publish(registry, staged))
                .isInstanceOf(IOException.class)
                .hasMessage(weights.toString());
        assertThat(registry.versions()).isEmpty();
        assertThat(root.resolve("versions")).doesNotExist();
    }

    @Test
    void whatIsNoVersionIsNotListed() throws IOException {
        VersionRegistry registry = new VersionRegistry(root);
        publish(registry, TestVersions.stage(root.resolve("staging"), 1, 7));
        registry.putEvaluation(7, new byte[] {'{', '}'});
        Path versions = root.resolve("versions");
        for (String name : List.of(".publishing-000000000008-x", "8", "0000000000008", "00000000000x", "lost+found")) {
            Files.createDirectory(versions.resolve(name));
        }
        Path evaluations = root.resolve("evaluations");
        for (String name : List.of(".publishing-8-x", "08.json", "8.json.tmp", "x.json", "8.yaml")) {
            Files.createFile(evaluations.resolve(name));
        }

        assertThat(registry.versions()).containsExactly(7L);
        assertThat(registry.evaluated()).containsExactly(7L);
    }

    @Test
    void aVersionUnderAnothersNumberIsRefused() throws IOException {
        VersionRegistry registry = new VersionRegistry(root);
        publish(registry, TestVersions.stage(root.resolve("staging"), 1, 7));
        Files.move(registry.directory(7), registry.directory(8));

        assertThatThrownBy(() -> registry.manifest(8))
                .isInstanceOf(VersionException.class)
                .hasMessage(registry.directory(8).resolve("manifest.json")
                        + ": is the manifest of version 7: it was cut, damaged or exchanged: fetch the version again");
    }

    @Test
    void anEvaluationIsWrittenOnce() throws IOException {
        VersionRegistry registry = new VersionRegistry(root);
        publish(registry, TestVersions.stage(root.resolve("staging"), 1, 7));

        assertThat(registry.putEvaluation(7, bytes("first"))).isTrue();
        assertThat(registry.putEvaluation(7, bytes("second"))).isFalse();

        assertThat(registry.evaluation(7)).hasValue(bytes("first"));
        assertThat(registry.evaluated()).containsExactly(7L);
        assertThat(names(root.resolve("evaluations"))).containsExactly("7.json");
    }

    @Test
    void ofManyWhoEvaluateAVersionOneDoes() throws Exception {
        publish(new VersionRegistry(root), TestVersions.stage(root.resolve("staging"), 1, 7));
        int evaluators = 8;
        CountDownLatch start = new CountDownLatch(1);
        ExecutorService threads = Executors.newFixedThreadPool(evaluators);
        List<Future<Boolean>> outcomes = new ArrayList<>();
        for (int i = 0; i < evaluators; i++) {
            byte[] json = bytes("evaluator " + i);
            outcomes.add(threads.submit(() -> {
                start.await();
                return new VersionRegistry(root).putEvaluation(7, json);
            }));
        }
        start.countDown();
        List<Integer> written = new ArrayList<>();
        for (int i = 0; i < evaluators; i++) {
            if (outcomes.get(i).get()) {
                written.add(i);
            }
        }
        threads.shutdown();

        assertThat(written).hasSize(1);
        assertThat(new VersionRegistry(root).evaluation(7)).hasValue(bytes("evaluator " + written.get(0)));
        assertThat(names(root.resolve("evaluations"))).containsExactly("7.json");
    }

    @Test
    void anEvaluationOfAnUnknownVersionIsRefused() {
        assertThatThrownBy(() -> new VersionRegistry(root).putEvaluation(7, bytes("{}")))
                .isInstanceOf(VersionException.class)
                .hasMessage("version 7: is not in %s, which has none: nothing was written"
                        .formatted(root.resolve("versions")));
        assertThat(root.resolve("evaluations")).doesNotExist();
    }

    @Test
    void whereverWritingAnEvaluationBreaksOffItIsWholeOrNotThere() throws IOException {
        for (int survived = 0; survived < 2; survived++) {
            Path data = Files.createDirectory(root.resolve("crash-" + survived));
            publish(new VersionRegistry(data), TestVersions.stage(data.resolve("staging"), 1, 7));
            int[] left = {survived};
            VersionRegistry dying = new VersionRegistry(data, step -> {
                if (left[0]-- == 0) {
                    throw new Death();
                }
            });
            assertThatThrownBy(() -> dying.putEvaluation(7, bytes("whole"))).isInstanceOf(Death.class);

            VersionRegistry registry = new VersionRegistry(data);
            boolean there = survived == 1;
            assertThat(registry.evaluated()).isEqualTo(there ? List.of(7L) : List.of());
            registry.removeLeftovers();
            assertThat(names(data.resolve("evaluations"))).isEqualTo(there ? List.of("7.json") : List.of());
            assertThat(registry.putEvaluation(7, bytes("whole"))).isEqualTo(!there);
            assertThat(registry.evaluation(7)).hasValue(bytes("whole"));
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static List<String> names(Path folder) throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.map(entry -> entry.getFileName().toString()).sorted().toList();
        }
    }
}
