package org.drlput.bench.planted;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.io.file.PathUtils;
import org.drlput.bench.learn.Overrides;
import org.drlput.common.simulate.LogSimulator;

/**
 * Puts versions whose truth is known before the gate: one of each {@link Kind} for every seed and {@link Scene}. See
 * {@code bench/planted}.
 */
public final class Planted {
    private int seeds = 20;
    private long first = 1;
    private long rows = 300_000;
    private long holdout = 200_000;
    private Path lines = Path.of("planted.jsonl");

    private Planted() {}

    public static void main(String[] arguments) throws IOException {
        Planted planted = new Planted();
        for (int at = 0; at + 1 < arguments.length; at += 2) {
            planted.set(arguments[at], arguments[at + 1]);
        }
        planted.run();
    }

    private void set(String option, String value) {
        switch (option) {
            case "--seeds" -> seeds = Integer.parseInt(value);
            case "--first" -> first = Long.parseLong(value);
            case "--rows" -> rows = Long.parseLong(value);
            case "--holdout" -> holdout = Long.parseLong(value);
            case "--lines" -> lines = Path.of(value);
            default -> throw new IllegalArgumentException(option + ": see the head of bench/planted");
        }
    }

    private void run() throws IOException {
        byte[] yaml = Overrides.bytes(LogSimulator.defaultExperiment(), List.of("network.hidden=[64, 32]"));
        for (long seed = first; seed < first + seeds; seed++) {
            Path folder = Files.createTempDirectory("drlput-planted");
            try {
                List<String> found = new ArrayList<>();
                for (Verdict verdict : new PlantedMarket(yaml, seed, rows, holdout, folder).verdicts()) {
                    found.add(verdict.toJson());
                    System.out.println(verdict.toJson());
                }
                Files.write(lines, found, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
            } finally {
                PathUtils.deleteDirectory(folder);
            }
        }
        List<Verdict> all = Files.readAllLines(lines).stream().map(Verdict::of).toList();
        for (Scene scene : Scene.values()) {
            System.out.println();
            Tally.lines(scene, all).forEach(System.out::println);
        }
    }
}
