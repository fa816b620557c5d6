package org.drlput.examples.adserver;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.drlput.common.client.VersionClient;
import org.drlput.common.ledger.AuditEntry;
import org.drlput.common.ledger.AuditEntry.Action;
import org.drlput.common.ledger.VersionKeeper;
import org.drlput.examples.adserver.Processes.Ended;
import org.drlput.examples.adserver.Processes.Serving;

/** Starts parameter server and ad server, trains, and rolls back: what people and their schedulers do. One thread. */
final class Operator {
    private static final String STABLE = "stable";
    private static final Duration PATIENCE = Duration.ofSeconds(120);
    private static final long LOOK_MILLIS = 2;

    private final LoopSettings settings;
    private final Processes processes;
    private final String parameterServer;
    private Serving adServer;
    private Site site;

    private Operator(LoopSettings settings, Processes processes, String parameterServer, Serving adServer) {
        this.settings = settings;
        this.processes = processes;
        this.parameterServer = parameterServer;
        this.adServer = adServer;
        site = new Site(adServer.port());
    }

    static Operator start(LoopSettings settings, Processes processes) throws IOException, InterruptedException {
        Path data = settings.out().resolve("data");
        Serving server = processes.serveDrlput(
                "serves on ", "server", "--shard", "0", "--shards", "1", "--port", "0", "--data", data.toString());
        String address = "127.0.0.1:" + server.port();
        Serving ads = startAdServer(settings, processes, address, settings.learningShare());
        return new Operator(settings, processes, address, ads);
    }

    private static Serving startAdServer(
            LoopSettings settings, Processes processes, String parameterServer, double share)
            throws IOException, InterruptedException {
        return processes.serveJava(
                AdServer.class,
                AdServer.READY,
                parameterServer,
                settings.experiment().toString(),
                String.valueOf(share),
                settings.out().resolve("logs").toString(),
                settings.out().resolve("store").toString(),
                "0");
    }

    /** The ad server as it runs now. */
    Site site() {
        return site;
    }

    /** Another share of exploration is another start of the ad server. */
    void restartAdServer(double share) throws IOException, InterruptedException {
        processes.end(adServer.process());
        adServer = startAdServer(settings, processes, parameterServer, share);
        site = new Site(adServer.port());
    }

    /** What became of a run's version. */
    enum Verdict {
        /** The gate let it pass. */
        PROMOTED,
        HELD,
        /** The gate held it, and somebody answers for it all the same: there was none before. */
        FORCED
    }

    /** What a run came to. */
    record Trained(long version, Verdict verdict, double seconds) {}

    /**
     * Trains on all that was logged so far; the run's end asks the gate. The first version of all serves in any case: of one day's log
     * the gate can hardly tell. Returns when the ad server serves the version, or is not to.
     */
    Trained train(int day) throws IOException, InterruptedException {
        await("written the day's log", () -> {
            Messages.Status status = site.status();
            return status.pending() == 0 && status.rowsLogged() + status.rowsDropped() == status.explored();
        });
        Ended ended = processes.drlput(
                "train",
                "--experiment",
                settings.experiment().toString(),
                "--logs",
                logs().toString(),
                "--servers",
                parameterServer,
                "--out",
                settings.out().resolve("run-" + day).toString());
        long version;
        Verdict verdict;
        try (VersionClient client = VersionClient.connect(parameterServer)) {
            VersionKeeper.Listing listing = client.listing();
            version = listing.versions().get(listing.versions().size() - 1);
            verdict = Long.valueOf(version).equals(listing.aliases().get(STABLE)) ? Verdict.PROMOTED : Verdict.HELD;
        }
        if (verdict == Verdict.HELD && stood().isEmpty()) {
            force(version);
            verdict = Verdict.FORCED;
        }
        if (verdict != Verdict.HELD) {
            awaitServed(version);
        }
        return new Trained(version, verdict, ended.millis() / 1e3);
    }

    private void force(long version) throws IOException, InterruptedException {
        processes.drlput(
                "versions",
                "promote",
                String.valueOf(version),
                "--server",
                parameterServer,
                "--force",
                "--reason",
                "the first version of the example");
    }

    /** The decision log has a folder for each experiment; here is but one. */
    private Path logs() throws IOException {
        Path all = settings.out().resolve("logs");
        try (Stream<Path> folders = Files.list(all)) {
            return folders.filter(Files::isDirectory)
                    .findFirst()
                    .orElseThrow(() -> new IOException(all + ": nothing was logged"));
        }
    }

    /** Versions that {@code stable} was moved to, in that order; without rollbacks. */
    List<Long> stood() {
        List<Long> stood = new ArrayList<>();
        try (VersionClient client = VersionClient.connect(parameterServer)) {
            for (AuditEntry entry : client.history(STABLE, Integer.MAX_VALUE)) {
                Long to = entry.to();
                if ((entry.action() == Action.PROMOTE || entry.action() == Action.FORCE) && to != null) {
                    stood.add(0, to);
                }
            }
        }
        return stood;
    }

    /** From the start of the command: when the ad server had the version, and when the command had ended. */
    record RolledBack(long servedMillis, long endedMillis) {}

    /** One command. */
    RolledBack rollBack(long to) throws IOException, InterruptedException {
        long start = System.nanoTime();
        CompletableFuture<Long> served = CompletableFuture.supplyAsync(() -> {
            try {
                awaitServed(to);
                return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
            } catch (IOException | InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        Ended ended = processes.drlput(
                "versions",
                "rollback",
                "--server",
                parameterServer,
                "--to",
                String.valueOf(to),
                "--reason",
                "the end of the example");
        return new RolledBack(served.join(), ended.millis());
    }

    private void awaitServed(long version) throws IOException, InterruptedException {
        await("served version " + version, () -> version == site.status().version());
    }

    private interface Condition {
        boolean holds() throws IOException;
    }

    private static void await(String what, Condition condition) throws IOException, InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.holds()) {
            if (System.nanoTime() > end) {
                throw new IOException("the ad server has not %s within %d s".formatted(what, PATIENCE.toSeconds()));
            }
            Thread.sleep(LOOK_MILLIS);
        }
    }
}
