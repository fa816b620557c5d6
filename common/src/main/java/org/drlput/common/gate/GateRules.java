package org.drlput.common.gate;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Collectors;
import org.drlput.common.estimate.Estimate;
import org.drlput.common.experiment.Experiment.Gate;
import org.drlput.common.experiment.Experiment.Guardrail;
import org.drlput.common.experiment.Experiment.Proof;
import org.drlput.common.gate.GateDecision.Finding;
import org.drlput.common.gate.GateDecision.Result;
import org.drlput.common.gate.GateEvidence.Baseline;
import org.drlput.common.gate.GateEvidence.GuardedOutcome;
import org.jspecify.annotations.Nullable;

/**
 * The rules: a pure function of an experiment's {@code versions.gate} and the evidence. Every rule is looked at, so that a held
 * version tells all that is wrong with it at once. Where something is missing or can not be believed, it is not met.
 */
public final class GateRules {
    private final Gate settings;
    private final GateEvidence evidence;
    private final List<Finding> findings = new ArrayList<>();

    private GateRules(Gate settings, GateEvidence evidence) {
        this.settings = settings;
        this.evidence = evidence;
    }

    public static GateDecision decide(Gate settings, GateEvidence evidence) {
        GateRules rules = new GateRules(settings, evidence);
        if (evidence.problem() != null) {
            rules.add("readable", Result.NOT_MET, "it can not be judged: " + evidence.problem());
        } else {
            rules.diversity();
            rules.gain(Baseline.BEHAVIOUR, settings.minRelativeGain());
            rules.gain(Baseline.MANUAL, settings.minRelativeGain());
            if (evidence.stable() != null) {
                rules.gain(Baseline.STABLE, settings.minGainOverStable());
            }
            settings.guardrails().forEach(rules::guardrail);
        }
        return new GateDecision(rules.findings);
    }

    private void add(String rule, Result result, String text) {
        findings.add(new Finding(rule, result, text));
    }

    private void diversity() {
        Double diversity = evidence.diversity();
        if (diversity == null) {
            add("diversity", Result.NOT_KNOWN, "Diversity is not known: there is no row to judge by");
        } else if (diversity <= settings.maxDiversity()) {
            add("diversity", Result.MET, "Diversity %s".formatted(plain(diversity)));
        } else {
            add(
                    "diversity",
                    Result.NOT_MET,
                    "Diversity %s is above %s: so many requests get action %d (%s). Either the policy ignores the state, or this action is the best one for them all; who knows that it is may promote it with --force"
                            .formatted(
                                    plain(diversity),
                                    plain(settings.maxDiversity()),
                                    evidence.topAction(),
                                    topHyperparameters()));
        }
    }

    private String topHyperparameters() {
        return evidence.topHyperparameters().entrySet().stream()
                .map(entry -> entry.getKey() + " " + plain(entry.getValue()))
                .collect(Collectors.joining(", "));
    }

    private String words(Baseline baseline) {
        return baseline == Baseline.STABLE ? "stable (version %d)".formatted(evidence.stable()) : baseline.words();
    }

    private void gain(Baseline baseline, double least) {
        String rule = "gain over " + Objects.toString(baseline == Baseline.STABLE ? "stable" : baseline.words());
        Estimate gain = evidence.gainOver(baseline);
        String words = words(baseline);
        Double low = gain == null ? null : gain.low();
        if (gain == null) {
            add(rule, Result.NOT_KNOWN, "it was not compared with " + words);
        } else if (low == null || !gain.believable() || Double.isNaN(low)) {
            add(rule, Result.NOT_KNOWN, "the gain over %s is not known: %s".formatted(words, why(gain)));
        } else if (low > least) {
            add(rule, Result.MET, "gain over %s %s".formatted(words, interval(gain)));
        } else {
            add(
                    rule,
                    Result.NOT_MET,
                    "gain over %s %s: its lower bound is not above %s".formatted(words, interval(gain), share(least)));
        }
    }

    private static String why(Estimate estimate) {
        return estimate.reason() == null ? "there is no estimate" : estimate.reason();
    }

    private void guardrail(Guardrail guardrail) {
        List<GuardedOutcome> looked = evidence.guardrails().stream()
                .filter(outcome -> Objects.equals(outcome.outcome(), guardrail.outcome())
                        && Objects.equals(outcome.segment(), guardrail.segment()))
                .toList();
        String name = guardrail.outcome() == null ? "reward" : guardrail.outcome();
        String rule = "guardrail " + (guardrail.segment() == null ? name : name + " by " + guardrail.segment());
        int before = findings.size();
        int unknown = 0;
        for (GuardedOutcome outcome : looked) {
            unknown += guarded(rule, guardrail, outcome);
        }
        if (looked.isEmpty()) {
            add(rule, Result.NOT_KNOWN, rule + " was not looked at");
        } else if (findings.size() == before) {
            String seen = unknown == 0 ? "" : ", of %d %d have no estimate".formatted(looked.size(), unknown);
            String claim = guardrail.prove() == Proof.SAFE ? "falls by less than" : "is not shown to fall by more than";
            add(rule, Result.MET, "%s: %s %s%s".formatted(rule, claim, share(guardrail.maxFall()), seen));
        }
    }

    /** Adds what is not met; 1 where there is no estimate and none is asked for. */
    private int guarded(String rule, Guardrail guardrail, GuardedOutcome outcome) {
        Estimate change = outcome.change();
        Double low = change.low();
        Double high = change.high();
        boolean known = change.believable() && low != null && high != null && low <= high;
        String over = "%s against %s".formatted(outcome.words(), words(outcome.baseline()));
        if (!known || low == null || high == null) {
            if (guardrail.prove() == Proof.SAFE) {
                add(rule, Result.NOT_KNOWN, "%s is not known: %s".formatted(over, why(change)));
                return 0;
            }
            return 1;
        }
        if (guardrail.prove() == Proof.SAFE && low < -guardrail.maxFall()) {
            add(
                    rule,
                    Result.NOT_MET,
                    "%s %s: it may fall by more than %s".formatted(over, interval(change), share(guardrail.maxFall())));
        } else if (guardrail.prove() == Proof.HARM && high < -guardrail.maxFall()) {
            add(
                    rule,
                    Result.NOT_MET,
                    "%s %s: it falls by more than %s".formatted(over, interval(change), share(guardrail.maxFall())));
        }
        return 0;
    }

    private static String interval(Estimate estimate) {
        return "%s (%s to %s)".formatted(percent(estimate.value()), percent(estimate.low()), percent(estimate.high()));
    }

    private static String percent(@Nullable Double share) {
        return share == null
                ? "?"
                : String.format(Locale.ROOT, "%+.2f %%", 100 * share).replace("+0.00", "0.00");
    }

    private static String share(double share) {
        return plain(100 * share) + " %";
    }

    private static String plain(double value) {
        String text = String.format(Locale.ROOT, "%.3f", value);
        return text.contains(".") ? text.replaceAll("\\.?0+$", "") : text;
    }
}
