package org.drlput.examples.adserver;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.drlput.common.experiment.ExperimentLoader;
import org.drlput.common.simulate.Market;
import org.drlput.common.simulate.Truth;
import org.drlput.examples.adserver.Operator.Trained;

/**
 * The closed loop: a parameter server, an ad server that follows {@code stable} there, and simulated visitors; what the ad server logs
 * of a day trains the version that the gate may let serve the next day. At the end a rollback, and a day after it.
 */
public final class Loop {
    private static final String HEAD = String.format(
            Locale.ROOT,
            "%3s  %8s  %9s  %8s  %6s  %7s  %-14s  %10s   %s",
            "day",
            "explores",
            "by policy",
            "version",
            "CTR",
            "revenue",
            "value",
            "of the gap",
            "what its log trained");

    private final LoopSettings settings;
    private final Operator operator;
    private final Visitors visitors;
    private final Truth truth;
    private final long started = System.nanoTime();
    private final List<String> lines = new ArrayList<>();

    private Loop(LoopSettings settings, Operator operator, Market market) {
        this.settings = settings;
        this.operator = operator;
        visitors = new Visitors(market, 1, settings.visits());
        truth = Truth.compute(market);
    }

    /**
     * What it came to.
     *
     * @param days before the rollback
     * @param afterRollback the day after it
     * @param stood versions that were stable, in that order
     * @param gapClosed by the live traffic of the last day before the rollback, exploration and all
     */
    record Result(List<Day> days, Day afterRollback, List<Long> stood, double gapClosed) {}

    public static void main(String[] arguments) throws InterruptedException {
        try {
            run(LoopSettings.parse(arguments));
        } catch (IllegalArgumentException e) {
            System.err.println("error: " + e.getMessage() + "\n" + LoopSettings.USAGE);
            System.exit(2);
        } catch (IOException e) {
            System.err.println("error: " + e.getMessage());
            System.exit(1);
        }
    }

    /** @throws IllegalArgumentException where there is something at {@code out} already */
    static Result run(LoopSettings settings) throws IOException, InterruptedException {
        if (Files.exists(settings.out())) {
            throw new IllegalArgumentException(
                    "--out: %s is there already: remove it, or give another directory".formatted(settings.out()));
        }
        Market market = Market.of(ExperimentLoader.load(settings.experiment()), settings.seed());
        try (Processes processes =
                new Processes(settings.launcher(), settings.out().resolve("output"))) {
            return new Loop(settings, Operator.start(settings, processes), market).run();
        }
    }

    private Result run() throws IOException, InterruptedException {
        say("value of a visit: random %.3f, manual setting %.3f, best fixed setting %.3f, oracle %.3f"
                .formatted(
                        truth.random(),
                        truth.manual().value(),
                        truth.bestFixed().value(),
                        truth.oracle()));
        say(HEAD);
        List<Day> days = new ArrayList<>();
        int count = settings.learningDays() + settings.servingDays();
        for (int day = 0; day < count; day++) {
            if (day == settings.learningDays()) {
                operator.restartAdServer(settings.servingShare());
            }
            Day lived = visitors.day(day, operator.site());
            days.add(lived);
            say(line(days.size(), lived, day + 1 < count ? trained(days.size()) : ""));
        }
        List<Long> stood = operator.stood();
        say(rolledBack(stood));
        Day after = visitors.day(count, operator.site());
        say(line(count + 1, after, ""));
        double gap = truth.gapClosed(days.get(count - 1).value());
        say(
                "On day %d live traffic earned what the best fixed setting does and %.0f %% of the gap to the oracle; after the rollback %.0f %%. %.0f s in all"
                        .formatted(
                                count,
                                100 * gap,
                                100 * truth.gapClosed(after.value()),
                                (System.nanoTime() - started) / 1e9));
        Files.write(settings.out().resolve("loop.txt"), lines);
        return new Result(days, after, stood, gap);
    }

    private String trained(int day) throws IOException, InterruptedException {
        Trained trained = operator.train(day);
        String verdict = switch (trained.verdict()) {
            case PROMOTED -> "promoted by the gate";
            case HELD -> "held by the gate";
            case FORCED -> "held by the gate, forced as the first";
        };
        return "version %d %s, %.0f s".formatted(trained.version(), verdict, trained.seconds());
    }

    private String rolledBack(List<Long> stood) throws IOException, InterruptedException {
        if (stood.size() < 2) {
            return "rollback: stable stood at %d versions, there is none to go back to".formatted(stood.size());
        }
        Operator.RolledBack back = operator.rollBack(stood.get(0));
        return "drlput versions rollback --to %d: served %d ms after the command was started, which ended after %d ms"
                .formatted(stood.get(0), back.servedMillis(), back.endedMillis());
    }

    private String line(int number, Day day, String trained) {
        String versions = day.versions().stream()
                .map(version -> version < 0 ? "none" : String.valueOf(version))
                .collect(Collectors.joining(","));
        return String.format(
                Locale.ROOT,
                "%3d  %7.1f%%  %8.1f%%  %8s  %5.2f%%  %7.3f  %.3f +- %.3f  %9.0f%%   %s",
                number,
                100.0 * day.explored() / day.visits(),
                100.0 * day.byPolicy() / day.visits(),
                versions,
                100 * day.clickRate(),
                day.revenue(),
                day.value(),
                1.96 * day.standardError(),
                100 * truth.gapClosed(day.value()),
                trained);
    }

    private void say(String line) {
        System.out.println(line);
        lines.add(line);
    }
}
