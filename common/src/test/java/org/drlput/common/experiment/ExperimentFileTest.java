package org.drlput.common.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that are no experiment at all, and those that are one in an unusual dress. */
class ExperimentFileTest {
    @TempDir
    Path folder;

    private Path file;

    @BeforeEach
    void name() {
        file = folder.resolve("exp.yaml");
    }

    private void refused(String message) {
        assertThatThrownBy(() -> ExperimentLoader.load(file))
                .isInstanceOf(ExperimentException.class)
                .hasMessage("%s: 1 problem\n  %s".formatted(file, message.replace("FILE", file.toString())));
    }

    @Test
    void missingFile() {
        refused("FILE: no such file, expected an experiment file");
    }

    @Test
    void directory() throws IOException {
        Files.createDirectory(file);
        refused("FILE: is a directory, expected an experiment file");
    }

    @Test
    void emptyFile() throws IOException {
        Files.createFile(file);
        refused("FILE: is empty, expected an experiment, which starts with formatVersion: 1");
    }

    @Test
    void hugeFileIsNotRead() throws IOException {
        Files.writeString(file, "a: 1 # " + "x".repeat(1 << 20));
        refused("FILE: has 1048583 bytes, expected an experiment file of at most 1048576");
    }

    @Test
    void parquetFile() throws IOException {
        Files.write(file, new byte[] {'P', 'A', 'R', '1', (byte) 0xff, (byte) 0xfe, 0, 1});
        refused("FILE: is not UTF-8 text, expected YAML");
    }

    @Test
    void binaryFileThatHappensToBeUtf8() throws IOException {
        Files.write(file, new byte[] {'A', 'R', 'R', 'O', 'W', '1', 0, 0});
        refused("FILE: is not a text file, expected YAML");
    }

    @Test
    void controlCharacters() throws IOException {
        Files.write(file, new byte[] {'P', 'K', 3, 4});
        refused("FILE: is not a text file, expected YAML");
    }

    @Test
    void latin1File() throws IOException {
        Files.writeString(file, "name: caf\u00e9\n", StandardCharsets.ISO_8859_1);
        refused("FILE: is not UTF-8 text, expected YAML");
    }

    @Test
    void aBombOfAliasesIsRefusedWithoutUnfolding() {
        StringBuilder yaml = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
        for (int i = 1; i < 30; i++) {
            String one = "*a" + (i - 1);
            yaml.append("a%d: &a%d [%s, %s, %s]\n".formatted(i, i, one, one, one));
        }
        assertThatThrownBy(() -> ExperimentLoader.parse(Experiments.with(yaml.toString()), "exp.yaml"))
                .isInstanceOf(ExperimentException.class)
                .hasMessageContaining("exp.yaml:2:10: a1[0]: found the alias *a0, expected the value itself");
    }

    @Test
    void windowsLineEndsAndAByteOrderMarkAreFine() throws IOException {
        Files.writeString(file, "\ufeff" + Experiments.MINIMAL.replace("\n", "\r\n"));
        assertThat(ExperimentLoader.load(file)).isEqualTo(ExperimentLoader.parse(Experiments.MINIMAL, "minimal.yaml"));
    }

    @Test
    void jsonIsYaml() {
        String json = """
                {"formatVersion": 1, "name": "minimal",
                 "features": [{"name": "ctr", "type": "numeric"},
                              {"name": "country", "type": "categorical", "vocabulary": ["us", "de"]}],
                 "actions": {"hyperparameters": [
                   {"name": "w_click", "levels": [0, 0.5, 1, 2], "production": 1},
                   {"name": "reserve_price", "levels": [0, 0.1], "production": 0}]},
                 "reward": {"active": "R0", "outcomes": {"revenue": {"column": "revenue"}},
                            "variants": {"R0": {"revenue": 1}}}}
                """;
        assertThat(ExperimentLoader.parse(json, "exp.json"))
                .isEqualTo(ExperimentLoader.parse(Experiments.MINIMAL, "minimal.yaml"));
    }

    @Test
    void norwayIsACountryAndTrueIsAValue() {
        Experiment experiment = ExperimentLoader.parse(
                Experiments.with(
                        "features: [{name: country, type: categorical, vocabulary: [no, on, true, 12, 1.0, 'null']}]\n"),
                "exp.yaml");
        assertThat(((Experiment.Categorical) experiment.features().get(0)).vocabulary())
                .containsExactly("no", "on", "true", "12", "1.0", "null");
    }

    @Test
    void numbersInEveryYamlDress() {
        Experiment experiment = ExperimentLoader.parse(
                Experiments.with(
                        "optimizer: {learningRate: 1e-3, epsilon: .5, weightDecay: 0}\ntraining: {rowsPerStep: 65_536, seed: -7}\n"),
                "exp.yaml");
        assertThat(experiment.optimizer().learningRate()).isEqualTo(0.001);
        assertThat(experiment.optimizer().epsilon()).isEqualTo(0.5);
        assertThat(experiment.optimizer().weightDecay()).isZero();
        assertThat(experiment.training().rowsPerStep()).isEqualTo(65_536);
        assertThat(experiment.training().seed()).isEqualTo(-7);
    }

    @Test
    void minusZeroIsZero() {
        Experiment experiment = ExperimentLoader.parse(
                Experiments.with("actions: {hyperparameters: [{name: w, levels: [-0.0, 1], production: 0}]}\n"),
                "exp.yaml");
        assertThat(experiment.actions().hyperparameters().get(0).levels()).containsExactly(0.0, 1.0);
    }

    @Test
    void sha256IsTheWorlds() {
        // FIPS 180-2, appendix B.1
        assertThat(ExperimentLoader.sha256("abc".getBytes(StandardCharsets.UTF_8)))
                .isEqualTo("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }
}
