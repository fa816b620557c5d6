package org.drlput.jobs.report;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.drlput.common.estimate.Estimate;
import org.drlput.jobs.report.Ablation.Arm;
import org.drlput.jobs.report.Ablation.Effect;
import org.drlput.jobs.report.Ablation.Level;
import org.drlput.jobs.report.Ablation.Reference;
import org.jspecify.annotations.Nullable;

/** The reward ablation as a page: what each reward buys, and of what it costs, outcome by outcome. */
public final class AblationReport {
    public static final String NAME = "ablation.html";

    private final Html html;
    private final Ablation ablation;
    private final boolean truth;

    private AblationReport(Html html, Ablation ablation) {
        this.html = html;
        this.ablation = ablation;
        truth = ablation.arms().stream()
                .flatMap(arm -> arm.effects().values().stream())
                .anyMatch(effect -> effect.truth() != null);
    }

    /** Writes {@code ablation.html} into the directory, and returns its path. */
    public static Path write(Path directory, Ablation ablation) throws IOException {
        return Page.write(directory, NAME, page(ablation));
    }

    static String page(Ablation ablation) {
        List<Page.Link> links =
                new ArrayList<>(List.of(new Page.Link("outcomes", "Outcomes"), new Page.Link("gains", "Gains")));
        links.add(new Page.Link("policies", "Policies"));
        Html html = Page.open(ablation.experiment() + ", reward ablation", links);
        AblationReport report = new AblationReport(html, ablation);
        report.headline();
        report.outcomes();
        report.gains();
        report.policies();
        return Page.close(html, "Made by drlput ablate.");
    }

    private void headline() {
        html.raw("<header class=\"hero\">");
        html.open("p", "eyebrow")
                .text(ablation.experiment())
                .raw("<span class=\"sep\"></span>")
                .text("reward ablation")
                .raw("<span class=\"sep\"></span>")
                .text(Numbers.count(ablation.rows()) + " logged requests")
                .close("p");
        html.element("h1", "", "What each reward buys");
        html.element(
                "p",
                "lead",
                ("%d policies, one for each reward, from the same logs and seed. %s")
                        .formatted(
                                ablation.arms().size(),
                                truth
                                        ? "The simulator tells what each of them truly does to every outcome."
                                        : "What each of them does to every outcome is estimated from held-out requests."));
        html.raw("<ul class=\"cards\">");
        for (String outcome : ablation.outcomes()) {
            card(outcome);
        }
        html.raw("</ul></header>");
    }

    private void card(String outcome) {
        Arm best = ablation.best(outcome);
        html.raw("<li class=\"card\">").element("h2", "", "Most " + outcome);
        Effect effect = best == null ? null : best.effects().get(outcome);
        if (best == null || effect == null) {
            html.element("p", "value", "no estimate").element("p", "detail", "too few requests to tell");
        } else {
            Double gain = effect.trueGain() != null
                    ? effect.trueGain()
                    : effect.relativeGain().value();
            html.element("p", "value", best.reward())
                    .element(
                            "p",
                            "detail",
                            gain == null
                                    ? best.formula()
                                    : "%s%s over exploration traffic"
                                            .formatted(effect.trueGain() != null ? "truly " : "", Numbers.gain(gain)));
        }
        html.raw("</li>");
    }

    private void outcomes() {
        html.raw("<section id=\"outcomes\">").element("h2", "", "Outcomes per request");
        html.element(
                "p",
                "note",
                truth
                        ? "True values of the greedy policies, by the simulator; the most of each outcome is marked. Below each,"
                                + " the estimate from held-out requests with its 95 % interval."
                        : "Estimates from held-out requests with their 95 % intervals; the most of each outcome is marked.");
        html.raw("<div class=\"scroll\"><table class=\"evidence\"><thead><tr><th scope=\"col\">Policy</th>");
        ablation.outcomes().forEach(outcome -> html.element("th", "n", outcome));
        html.raw("</tr></thead><tbody>");
        for (Arm arm : ablation.arms()) {
            html.raw("<tr><th scope=\"row\">")
                    .element("span", "strong", arm.reward())
                    .raw("<br>")
                    .element("span", "muted", arm.formula())
                    .raw("</th>");
            for (String outcome : ablation.outcomes()) {
                Effect effect = arm.effects().get(outcome);
                boolean best = arm.equals(ablation.best(outcome));
                cell(
                        effect == null ? null : effect.value(),
                        effect == null || effect.truth() == null
                                ? null
                                : effect.truth().value(),
                        best);
            }
            html.raw("</tr>");
        }
        for (Reference reference : ablation.references()) {
            html.raw("<tr>").element("th", "muted", reference.name());
            for (String outcome : ablation.outcomes()) {
                Level level = reference.levels().get(outcome);
                cell(level == null ? null : level.value(), level == null ? null : level.truth(), false);
            }
            html.raw("</tr>");
        }
        html.raw("</tbody></table></div></section>");
    }

    private void cell(@Nullable Estimate estimate, @Nullable Double trueValue, boolean best) {
        html.open("td", "n");
        if (trueValue != null) {
            html.element("span", best ? "strong best" : "strong", Numbers.significant(trueValue, 4))
                    .raw("<br>");
            html.element("span", "muted", text(estimate));
        } else {
            html.element("span", best ? "strong best" : "", text(estimate));
        }
        html.close("td");
    }

    private static String text(@Nullable Estimate estimate) {
        Double value = estimate == null ? null : estimate.value();
        Double low = estimate == null ? null : estimate.low();
        Double high = estimate == null ? null : estimate.high();
        return value == null || low == null || high == null
                ? "no estimate"
                : "%s (%s to %s)"
                        .formatted(
                                Numbers.significant(value, 3),
                                Numbers.significant(low, 3),
                                Numbers.significant(high, 3));
    }

    private void gains() {
        html.raw("<section id=\"gains\">").element("h2", "", "Gains over exploration traffic");
        html.element(
                "p",
                "note",
                "By the headline estimator on held-out requests: value and 95 % interval, all outcomes on one scale."
                        + (truth ? " The diamond is the simulator's truth." : ""));
        List<Estimate> all = new ArrayList<>();
        List<Double> truths = new ArrayList<>();
        for (Arm arm : ablation.arms()) {
            for (Effect effect : arm.effects().values()) {
                all.add(effect.relativeGain());
                truths.add(effect.trueGain() == null ? Double.NaN : effect.trueGain());
            }
        }
        Forest forest =
                new Forest(all, truths.stream().mapToDouble(Double::doubleValue).toArray());
        html.raw("<div class=\"scroll\"><table class=\"evidence\"><thead><tr><th scope=\"col\">Outcome</th>"
                + "<th scope=\"col\">Reward</th><th scope=\"col\">Estimate</th><th scope=\"col\">95 % interval</th>"
                + "<th scope=\"col\" class=\"forest-head\"><span class=\"hidden\">Interval drawn</span></th>");
        if (truth) {
            html.raw("<th scope=\"col\" class=\"n\">Truth</th>");
        }
        html.raw("</tr></thead><tbody>");
        for (String outcome : ablation.outcomes()) {
            boolean first = true;
            for (Arm arm : ablation.arms()) {
                Effect effect = arm.effects().get(outcome);
                if (effect != null) {
                    gain(first ? outcome : "", arm, effect, forest, arm.equals(ablation.best(outcome)));
                    first = false;
                }
            }
        }
        html.raw("</tbody></table></div></section>");
    }

    private void gain(String outcome, Arm arm, Effect effect, Forest forest, boolean best) {
        Interval interval = Interval.of(effect.relativeGain());
        Double trueGain = effect.trueGain();
        html.raw("<tr><th scope=\"row\">").text(outcome).raw("</th>");
        html.element("td", best ? "strong best" : "", arm.reward())
                .element("td", "strong", Interval.value(effect.relativeGain()));
        if (interval != null) {
            html.element("td", "", interval);
        } else {
            String reason = effect.relativeGain().reason();
            html.element("td", "muted", reason == null ? "too few matched rows" : reason);
        }
        html.raw("<td>")
                .raw(forest.cell(effect.relativeGain(), trueGain == null ? Double.NaN : trueGain))
                .raw("</td>");
        if (truth) {
            html.element("td", "n", trueGain == null ? "" : Numbers.gain(trueGain));
        }
        html.raw("</tr>");
    }

    private void policies() {
        html.raw("<section id=\"policies\">").element("h2", "", "The policies");
        html.raw("<div class=\"scroll\"><table><thead><tr><th scope=\"col\">Reward</th><th scope=\"col\">Formula</th>"
                + "<th scope=\"col\" class=\"n\">Version</th><th scope=\"col\" class=\"n\">Diversity</th>"
                + "<th scope=\"col\">Its own report</th></tr></thead><tbody>");
        for (Arm arm : ablation.arms()) {
            html.raw("<tr><th scope=\"row\">").text(arm.reward()).raw("</th>");
            html.element("td", "", arm.formula())
                    .element("td", "n", arm.version())
                    .element("td", "n", arm.diversity() == null ? "none" : Numbers.percent(arm.diversity()))
                    .element("td", "", arm.run() + "/" + Report.NAME)
                    .raw("</tr>");
        }
        html.raw("</tbody></table></div>");
        Double error = ablation.arms().stream()
                .flatMap(arm -> arm.effects().values().stream())
                .map(Effect::truth)
                .filter(t -> t != null && t.value() != 0)
                .map(t -> t.standardError() / Math.abs(t.value()))
                .max(Double::compare)
                .orElse(null);
        if (error != null) {
            html.element(
                    "p",
                    "note spaced",
                    String.format(
                            Locale.ROOT,
                            "True values are means over the same fresh states for all policies: their standard errors are at"
                                    + " most %.1f %%, and much less for differences between policies.",
                            100 * error));
        }
        html.raw("</section>");
    }
}
