package org.drlput.jobs.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.drlput.common.bias.Bias;

/** The comparison of logs with all traffic as a page of its own. */
public final class BiasReport {
    public static final String NAME = "bias.html";

    private BiasReport() {}

    /** Writes {@code bias.html} and {@code bias.json} into the directory, and returns the path of the first. */
    public static Path write(Path directory, String experiment, Bias bias) throws IOException {
        Files.write(directory.resolve(Bias.NAME), bias.toJson());
        return Page.write(directory, NAME, page(experiment, bias));
    }

    static String page(String experiment, Bias bias) {
        Html html = Page.open(experiment + ", logs beside all traffic", List.of());
        BiasSection.write(html, bias);
        return Page.close(html, "Made by drlput bias.");
    }

    /** In one sentence. */
    public static String verdict(Bias bias) {
        return BiasSection.verdict(bias);
    }
}
