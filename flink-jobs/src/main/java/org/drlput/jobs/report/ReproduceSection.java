package org.drlput.jobs.report;

import java.util.ArrayList;
import java.util.List;
import org.drlput.jobs.run.RunInfo;

/** All that it takes to run it again. */
final class ReproduceSection {
    private ReproduceSection() {}

    static void write(Html html, RunData run) {
        RunInfo info = run.info();
        html.raw("<section id=\"reproduce\">").element("h2", "", "To run it again");
        html.element(
                "p",
                "note",
                "The same experiment, logs and seed give the same weights, bit for bit, at any parallelism and number of shards"
                        + " with the same kernel.");
        html.element("pre", "command", info.command());
        List<List<String>> facts = new ArrayList<>();
        facts.add(List.of("Run", info.run()));
        facts.add(List.of("Seed of the training", String.valueOf(info.seed())));
        if (run.truth() != null) {
            facts.add(List.of("Seed of the market", String.valueOf(run.truth().seed())));
        }
        facts.add(List.of("Logs", String.join(", ", info.logs())));
        facts.add(List.of("Servers", info.servers().isEmpty() ? "embedded" : String.join(", ", info.servers())));
        facts.add(List.of("Weights, SHA-256", run.summary().weightsSha256()));
        facts.add(List.of("Experiment, SHA-256", info.experimentSha256()));
        facts.add(List.of("Kernel", info.kernel()));
        facts.add(List.of("Software", "drlput " + info.software()));
        facts.add(List.of("Java", info.java()));
        facts.add(List.of(
                "Machine",
                "%s, %d cores, %s; heap %s MiB"
                        .formatted(
                                info.machine().processor().isEmpty()
                                        ? "unnamed processor"
                                        : info.machine().processor(),
                                info.machine().cores(),
                                info.machine().system(),
                                Numbers.count(info.machine().heapBytes() >> 20))));
        facts.add(List.of("Started", info.startedAt()));
        Table.facts(html, facts);
        html.raw("<details><summary>experiment.yaml</summary>")
                .element("pre", "", run.experimentText())
                .raw("</details></section>");
    }
}
