package org.drlput.jobs.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.drlput.common.estimate.Estimate;
import org.drlput.common.estimate.Evaluation;
import org.drlput.common.ledger.VersionKeeper.Listing;
import org.drlput.jobs.versions.VersionStore;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code drlput versions list}. */
@Command(
        name = "list",
        header = "Lists versions with their aliases and what the hold-out says of them.",
        footer = {"", "Example: the versions of a run", "  drlput versions list --dir out"})
final class VersionsList implements Callable<Integer> {
    private final Terminal terminal;

    @Mixin
    private VersionPlace place;

    @Option(
            names = "--limit",
            paramLabel = "N",
            defaultValue = "50",
            converter = WholeNumber.Positive.class,
            description = "So many of the newest; default: ${DEFAULT-VALUE}.")
    private long limit;

    VersionsList(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException {
        try (VersionStore store = place.open()) {
            Listing listing = store.listing();
            List<Long> versions = listing.versions();
            if (versions.isEmpty()) {
                terminal.line("no version is published in " + store.name());
                return 0;
            }
            terminal.line("%12s  %-24s  %-34s  %-9s  %s"
                    .formatted("version", "aliases", "gain over the manual setting", "Diversity", "run"));
            int from = (int) Math.max(0, versions.size() - limit);
            for (long version : versions.subList(from, versions.size())) {
                terminal.line(row(store, listing, version));
            }
            if (from > 0) {
                terminal.line("%12s  %d older: --limit shows more".formatted("", from));
            }
        }
        return 0;
    }

    private static String row(VersionStore store, Listing listing, long version) {
        Optional<Evaluation> evaluation = store.evaluation(version)
                .map(json -> Evaluation.fromJson(json, "evaluations/" + version + ".json"))
                .filter(found -> found.error() == null);
        String gain = evaluation.map(VersionsList::gain).orElse("not evaluated");
        String diversity = evaluation
                .map(Evaluation::diversity)
                .map(value -> String.format(Locale.ROOT, "%.3f", value))
                .orElse("");
        String run = store.manifest(version).map(manifest -> manifest.run()).orElse("");
        return "%12d  %-24s  %-34s  %-9s  %s"
                .formatted(version, names(listing, version), gain, diversity, run)
                .stripTrailing();
    }

    private static String gain(Evaluation evaluation) {
        var estimates = evaluation.estimates().get(evaluation.relativeGain().estimator());
        Estimate gain = estimates == null ? evaluation.relativeGain() : estimates.gainOverManual();
        return gain.value() == null ? "no estimate" : Texts.gain(gain);
    }

    /** Aliases of a version, and whether it is pinned. */
    static String names(Listing listing, long version) {
        List<String> names = new ArrayList<>();
        for (Map.Entry<String, Long> alias : listing.aliases().entrySet()) {
            if (alias.getValue() == version) {
                names.add(alias.getKey());
            }
        }
        if (listing.pins().containsKey(version)) {
            names.add("(pinned)");
        }
        return String.join(", ", names);
    }
}
