package org.drlput.common.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ExperimentEditTest {
    private static Experiment parse(byte[] yaml) {
        return ExperimentLoader.parse(yaml, "edited.yaml");
    }

    @Test
    void whatIsNotEditedMeansTheSame() {
        byte[] yaml = Experiments.MINIMAL.getBytes(StandardCharsets.UTF_8);

        assertThat(parse(ExperimentEdit.with(yaml, Map.of()))).isEqualTo(parse(yaml));
    }

    @Test
    void valuesAndSectionsAreReplacedOrMade() {
        byte[] yaml = Experiments.MINIMAL.getBytes(StandardCharsets.UTF_8);

        Experiment edited = parse(ExperimentEdit.with(
                yaml,
                Map.of(
                        "training.seed",
                        7L,
                        "reward.outcomes.click",
                        Map.of("column", "no"),
                        "reward.variants",
                        Map.of("C", Map.of("click", 0.5)),
                        "reward.active",
                        "C",
                        "traffic.observedOnly",
                        List.of("country"))));

        assertThat(edited.training().seed()).isEqualTo(7);
        assertThat(edited.reward().outcomes()).containsKeys("revenue", "click");
        assertThat(edited.reward().outcomes()).containsEntry("click", new Experiment.Outcome("no", null, 0));
        assertThat(edited.reward().variants()).containsOnlyKeys("C");
        assertThat(edited.policyFeatures()).extracting(Experiment.Feature::name).containsExactly("ctr");
    }

    @Test
    void featuresThatAreOnlyObservedComeLast() {
        Experiment experiment = ExperimentLoader.parse(Experiments.with("""
                        features:
                          - {name: a, type: numeric}
                          - {name: b, type: numeric}
                          - {name: c, type: numeric}
                        traffic: {observedOnly: [a], reweight: true, maxWeight: 3}
                        """), "exp.yaml");

        assertThat(experiment.features()).extracting(Experiment.Feature::name).containsExactly("b", "c", "a");
        assertThat(experiment.policyFeatures())
                .extracting(Experiment.Feature::name)
                .containsExactly("b", "c");
        assertThat(experiment.traffic()).isEqualTo(new Experiment.Traffic(true, 3, List.of("a")));
    }

    @Test
    void whatIsNoMappingIsRefused() {
        assertThatThrownBy(() -> ExperimentEdit.with("[]".getBytes(StandardCharsets.UTF_8), Map.of()))
                .hasMessage("an experiment file is a mapping of keys, found ARRAY");
    }
}
