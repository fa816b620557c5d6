package org.drlput.common.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.drlput.common.estimate.Estimate;
import org.drlput.common.experiment.Experiment.AtEnd;
import org.drlput.common.experiment.Experiment.Gate;
import org.drlput.common.experiment.Experiment.Guardrail;
import org.drlput.common.experiment.Experiment.Proof;
import org.drlput.common.gate.GateDecision.Finding;
import org.drlput.common.gate.GateDecision.Result;
import org.drlput.common.gate.GateEvidence.Baseline;
import org.drlput.common.gate.GateEvidence.Comparison;
import org.drlput.common.gate.GateEvidence.GuardedOutcome;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class GateRulesTest {
    private static final Gate GATE = gate();
    private static final Estimate GOOD = estimate(0.10, 0.02, 0.18);
    private static final Estimate UNKNOWN = new Estimate("snips", null, null, null, 40, 40, 30, 6, false);

    private static Gate gate(Guardrail... guardrails) {
        return new Gate(0.01, 0, 0.9, AtEnd.PROMOTE, List.of(guardrails));
    }

    private static Estimate estimate(double value, double low, double high) {
        return new Estimate("snips", value, low, high, 800, 800, 700, 6, true);
    }

    private static GateEvidence evidence(
            @Nullable Double diversity,
            Estimate behaviour,
            Estimate manual,
            @Nullable Estimate stable,
            GuardedOutcome... guardrails) {
        List<Comparison> comparisons = new ArrayList<>(
                List.of(new Comparison(Baseline.BEHAVIOUR, behaviour), new Comparison(Baseline.MANUAL, manual)));
        if (stable != null) {
            comparisons.add(new Comparison(Baseline.STABLE, stable));
        }
        return new GateEvidence(
                1,
                9,
                "ab",
                stable == null ? null : 5L,
                "hold-out",
                20_000,
                null,
                diversity,
                3,
                Map.of("w_click", 0.5),
                comparisons,
                List.of(guardrails));
    }

    private static String held(Gate gate, GateEvidence evidence) {
        GateDecision decision = GateRules.decide(gate, evidence);
        assertThat(decision.passes()).as(decision.reason()).isFalse();
        return decision.reason();
    }

    @Test
    void aVersionThatIsShownToBeBetterPasses() {
        assertThat(GateRules.decide(GATE, evidence(0.3, GOOD, GOOD, GOOD)).passes())
                .isTrue();
        // there is no stable yet
        GateDecision first = GateRules.decide(GATE, evidence(0.3, GOOD, GOOD, null));
        assertThat(first.passes()).isTrue();
        assertThat(first.findings())
                .extracting(Finding::rule)
                .containsExactly("diversity", "gain over exploration traffic", "gain over the manual setting");
    }

    @Test
    void eachLowerBoundHasToBeAboveItsThreshold() {
        Estimate atThreshold = estimate(0.1, 0.01, 0.19);
        assertThat(held(GATE, evidence(0.3, atThreshold, GOOD, GOOD)))
                .isEqualTo(
                        "gain over exploration traffic +10.00 % (+1.00 % to +19.00 %): its lower bound is not above 1 %");
        assertThat(held(GATE, evidence(0.3, GOOD, atThreshold, GOOD)))
                .startsWith("gain over the manual setting +10.00 %");
        assertThat(held(GATE, evidence(0.3, GOOD, GOOD, estimate(0.1, -0.001, 0.2))))
                .isEqualTo(
                        "gain over stable (version 5) +10.00 % (-0.10 % to +20.00 %): its lower bound is not above 0 %");
        // stable has a threshold of its own
        assertThat(GateRules.decide(GATE, evidence(0.3, GOOD, GOOD, estimate(0.1, 0.001, 0.2)))
                        .passes())
                .isTrue();
    }

    @Test
    void allThatIsWrongIsToldAtOnce() {
        GateDecision decision = GateRules.decide(GATE, evidence(0.95, estimate(0, -0.1, 0.1), UNKNOWN, UNKNOWN));
        assertThat(decision.findings())
                .extracting(Finding::result)
                .containsExactly(Result.NOT_MET, Result.NOT_MET, Result.NOT_KNOWN, Result.NOT_KNOWN);
    }

    @Test
    void oneActionForAllIsHeldAndExplained() {
        assertThat(held(GATE, evidence(1.0, GOOD, GOOD, GOOD)))
                .isEqualTo(
                        "Diversity 1 is above 0.9: so many requests get action 3 (w_click 0.5). Either the policy "
                                + "ignores the state, or this action is the best one for them all; who knows that it is may promote it with --force");
        assertThat(held(GATE, evidence(null, GOOD, GOOD, GOOD))).startsWith("Diversity is not known");
    }

    @Test
    void whatCanNotBeBelievedHolds() {
        assertThat(held(GATE, evidence(0.3, GOOD, UNKNOWN, GOOD)))
                .isEqualTo("the gain over the manual setting is not known: there is no estimate");
        Estimate notBelieved = new Estimate("snips", 0.5, 0.4, 0.6, 40, 40, 30, 6, false);
        assertThat(held(GATE, evidence(0.3, notBelieved, GOOD, GOOD))).contains("is not known");
        assertThat(held(GATE, evidence(0.3, estimate(0.1, Double.NaN, 0.2), GOOD, GOOD)))
                .contains("is not known");
    }

    @Test
    void whatIsMissingHolds() {
        GateEvidence whole = evidence(0.3, GOOD, GOOD, GOOD);
        GateEvidence withoutStable = new GateEvidence(
                1,
                9,
                "ab",
                5L,
                "",
                1,
                null,
                0.3,
                3,
                Map.of(),
                whole.comparisons().subList(0, 2),
                List.of());
        assertThat(held(GATE, withoutStable)).isEqualTo("it was not compared with stable (version 5)");
        Gate guarded = gate(new Guardrail("clicks", null, 0.02, Proof.HARM));
        assertThat(held(guarded, whole)).isEqualTo("guardrail clicks was not looked at");
        assertThat(held(GATE, GateEvidence.unusable(9, "ab", null, "hold-out", "weights-0.arrow is cut")))
                .isEqualTo("it can not be judged: weights-0.arrow is cut");
    }

    @Test
    void aGuardedOutcomeMayNotFall() {
        Gate safe = gate(new Guardrail("clicks", null, 0.02, Proof.SAFE));
        GuardedOutcome perhaps = guarded("clicks", null, estimate(-0.01, -0.03, 0.01));
        assertThat(held(safe, evidence(0.3, GOOD, GOOD, GOOD, perhaps)))
                .isEqualTo(
                        "clicks against stable (version 5) -1.00 % (-3.00 % to +1.00 %): it may fall by more than 2 %");
        GuardedOutcome unlikely = guarded("clicks", null, estimate(0, -0.02, 0.02));
        assertThat(GateRules.decide(safe, evidence(0.3, GOOD, GOOD, GOOD, unlikely))
                        .passes())
                .isTrue();
        assertThat(held(safe, evidence(0.3, GOOD, GOOD, GOOD, guarded("clicks", null, UNKNOWN))))
                .isEqualTo("clicks against stable (version 5) is not known: there is no estimate");
    }

    @Test
    void segmentsAreHeldWhereHarmIsShown() {
        Gate harm = gate(new Guardrail(null, "country", 0.02, Proof.HARM));
        GuardedOutcome perhaps = guarded(null, "us", estimate(-0.01, -0.13, 0.11));
        GuardedOutcome few = guarded(null, "de", UNKNOWN);
        GateDecision decision = GateRules.decide(harm, evidence(0.3, GOOD, GOOD, GOOD, perhaps, few));
        assertThat(decision.passes()).isTrue();
        assertThat(decision.reason())
                .endsWith(
                        "guardrail reward by country: is not shown to fall by more than 2 %, of 2 1 have no estimate");
        GuardedOutcome surely = guarded(null, "fr", estimate(-0.1, -0.17, -0.03));
        assertThat(held(harm, evidence(0.3, GOOD, GOOD, GOOD, perhaps, few, surely)))
                .isEqualTo(
                        "reward where country is fr against stable (version 5) -10.00 % (-17.00 % to -3.00 %): it falls by more than 2 %");
    }

    private static GuardedOutcome guarded(@Nullable String outcome, @Nullable String label, Estimate change) {
        return new GuardedOutcome(outcome, label == null ? null : "country", label, Baseline.STABLE, change);
    }

    @Test
    void evidenceIsReadAsItWasWritten() throws Exception {
        GateEvidence evidence = evidence(0.3, GOOD, UNKNOWN, GOOD, guarded(null, "us", GOOD));
        ObjectNode tree =
                (ObjectNode) new ObjectMapper().readTree(evidence.toTree().toString());
        assertThat(GateEvidence.of(tree)).isEqualTo(evidence);
        tree.remove("comparisons");
        assertThatThrownBy(() -> GateEvidence.of(tree))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("is no evidence of the gate: ");
        assertThatThrownBy(() -> GateEvidence.of(tree.put("formatVersion", 2)))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
