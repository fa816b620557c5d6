package org.drlput.jobs.cli;

import java.io.IOException;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.drlput.common.estimate.Evaluation;
import org.drlput.common.ledger.AuditEntry;
import org.drlput.common.ledger.LedgerState;
import org.drlput.common.ledger.VersionKeeper.Listing;
import org.drlput.common.version.Manifest;
import org.drlput.common.version.Version;
import org.drlput.common.version.VersionException;
import org.drlput.jobs.versions.VersionStore;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code drlput versions show}. */
@Command(
        name = "show",
        header = "Shows all that is known of one version, and checks that it can be read.",
        footer = {"", "Example: the one that ad servers follow", "  drlput versions show stable --dir out"})
final class VersionsShow implements Callable<Integer> {
    private static final int HISTORY = 1_000;

    private final Terminal terminal;

    @Parameters(paramLabel = "VERSION", description = "A number, or an alias.")
    private String version;

    @Mixin
    private VersionPlace place;

    VersionsShow(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException {
        try (VersionStore store = place.open()) {
            Listing listing = store.listing();
            long number = VersionPlace.number(version, listing);
            Optional<Manifest> manifest = store.manifest(number);
            line("version", String.valueOf(number));
            String names = VersionsList.names(listing, number);
            line("aliases", names.isEmpty() ? "none" : names);
            LedgerState.Pin pin = listing.pins().get(number);
            if (pin != null) {
                line("pinned", "by %s: %s".formatted(pin.actor(), pin.reason()));
            }
            manifest.ifPresentOrElse(this::show, () -> line("files", "removed; its evaluation is left"));
            if (manifest.isPresent()) {
                line("readable", readable(store, number));
            }
            store.evaluation(number)
                    .map(json -> Evaluation.fromJson(json, "evaluations/" + number + ".json"))
                    .ifPresentOrElse(this::show, () -> line("evaluation", "none yet"));
            for (AuditEntry entry : store.history(null, HISTORY)) {
                if (entry.version() != null && entry.version() == number) {
                    terminal.line(VersionsHistory.text(entry));
                }
            }
        }
        return 0;
    }

    private void line(String label, String text) {
        terminal.line("%-15s%s".formatted(label, text));
    }

    private void show(Manifest manifest) {
        line("run", "%s, step %d".formatted(manifest.run(), manifest.step()));
        line("parent", manifest.parent() == null ? "none" : String.valueOf(manifest.parent()));
        line(
                "rows",
                String.format(
                        Locale.ROOT,
                        "%,d trained, %,d held out, %,d rejected",
                        manifest.rows().trained(),
                        manifest.rows().heldOut(),
                        manifest.rows().rejected()));
        long bytes = manifest.files().stream().mapToLong(Manifest.File::bytes).sum();
        line("files", "%d, %s".formatted(manifest.files().size(), Texts.bytes(bytes)));
        line("weights", "sha256 " + manifest.weightsSha256());
        line("software", "%s, kernel %s".formatted(manifest.software(), manifest.kernel()));
    }

    private void show(Evaluation evaluation) {
        if (evaluation.error() != null) {
            line("evaluation", "could not be made: " + evaluation.error());
            return;
        }
        line(
                "Relative Gain",
                "%s over exploration traffic, %,d rows"
                        .formatted(Texts.gain(evaluation.relativeGain()), evaluation.rows()));
        var estimates = evaluation.estimates().get(evaluation.relativeGain().estimator());
        if (estimates != null) {
            line("", Texts.gain(estimates.gainOverManual()) + " over the manual setting");
        }
        if (evaluation.diversity() != null) {
            line("Diversity", String.format(Locale.ROOT, "%.3f", evaluation.diversity()));
        }
    }

    private static String readable(VersionStore store, long version) throws IOException {
        try {
            Version.read(store.directory(version));
            return "yes, every checksum is right";
        } catch (VersionException e) {
            return "no: " + e.problems().get(0);
        }
    }
}
