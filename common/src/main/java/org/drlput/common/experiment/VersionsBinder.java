package org.drlput.common.experiment;

import java.util.List;
import java.util.Set;
import org.drlput.common.experiment.Experiment.AtEnd;
import org.drlput.common.experiment.Experiment.Evaluation;
import org.drlput.common.experiment.Experiment.Gate;
import org.drlput.common.experiment.Experiment.Guardrail;
import org.drlput.common.experiment.Experiment.Proof;
import org.drlput.common.experiment.Experiment.Segment;
import org.drlput.common.experiment.Experiment.Versions;

/** Binds {@code versions}. */
final class VersionsBinder {
    /** Names that guardrails may name; empty ones say nothing: they have problems of their own. */
    private final Set<String> outcomes;

    private final List<String> segments;

    private VersionsBinder(Set<String> outcomes, List<String> segments) {
        this.outcomes = outcomes;
        this.segments = segments;
    }

    static Versions versions(Section s, Set<String> outcomes, Evaluation evaluation) {
        List<String> segments =
                evaluation.segments().stream().map(Segment::feature).toList();
        Versions versions = new Versions(
                (int) s.whole("everySteps", 500, 1, 1_000_000_000),
                (int) s.whole("retain", 20, 1, 1_000_000),
                new VersionsBinder(outcomes, segments).gate(s.section("gate")),
                (int) s.whole("patience", 0, 0, 1_000_000),
                s.flag("fallBack", true));
        s.end("versions");
        return versions;
    }

    private Gate gate(Section s) {
        double minRelativeGain = s.number("minRelativeGain", 0, -1, Double.POSITIVE_INFINITY);
        Gate gate = new Gate(
                minRelativeGain,
                s.number("minGainOverStable", minRelativeGain, -1, Double.POSITIVE_INFINITY),
                s.number("maxDiversity", 0.95, 0, 1),
                s.choice("atEnd", AtEnd.ADVISE, AtEnd.class),
                s.sections("guardrails", false, "a list of guardrails", this::guardrail));
        s.end("the gate");
        return gate;
    }

    private Guardrail guardrail(Section s) {
        String outcome = s.optionalText("outcome", "the name of an outcome");
        if (outcome != null && !outcome.isEmpty() && !outcomes.isEmpty() && !outcomes.contains(outcome)) {
            s.problem(
                    "outcome",
                    "'%s' is no outcome of this reward%s".formatted(outcome, Nearest.hint(outcome, outcomes)));
        }
        String segment = s.optionalText("segment", "the feature of one of evaluation.segments");
        if (segment != null && !segment.isEmpty() && !segments.contains(segment)) {
            s.problem(
                    "segment",
                    "'%s' is none of evaluation.segments%s".formatted(segment, Nearest.hint(segment, segments)));
        }
        Guardrail guardrail = new Guardrail(
                outcome, segment, s.requiredNumber("maxFall", 0, 1), s.choice("prove", Proof.SAFE, Proof.class));
        s.end("a guardrail");
        return guardrail;
    }
}
