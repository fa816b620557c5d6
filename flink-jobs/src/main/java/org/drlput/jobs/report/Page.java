package org.drlput.jobs.report;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/**
 * The frame of every page: one HTML file that loads nothing, runs no script, and reads at any width, in light and dark, on screen
 * and paper.
 */
final class Page {
    /** The console's too. */
    private static final String STYLE = "/org/drlput/common/page/page.css";
    /** Nothing may be loaded and nothing run, whatever the data holds. */
    private static final String POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:";

    private Page() {}

    /** A section's anchor, and what the navigation calls it. */
    record Link(String anchor, String text) {}

    /** Up to the beginning of what the page is about. */
    static Html open(String title, List<Link> links) {
        Html html = new Html();
        html.raw("<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">")
                .raw("<meta http-equiv=\"Content-Security-Policy\" content=\"" + POLICY + "\">")
                .raw("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">")
                .raw("<meta name=\"color-scheme\" content=\"light dark\">")
                .raw("<link rel=\"icon\" href=\"data:,\">")
                .element("title", "", title + ": DRL-PUT")
                .raw("<style>")
                .raw(style())
                .raw("</style></head><body>");
        html.raw("<nav aria-label=\"Sections\"><span class=\"brand\">DRL-PUT</span>");
        for (Link link : links) {
            html.raw("<a href=\"#" + link.anchor() + "\">").text(link.text()).raw("</a>");
        }
        return html.raw("</nav><main>");
    }

    /** The end of the page; {@code footer} says where it comes from. */
    static String close(Html html, String footer) {
        return html.raw("</main><footer>")
                .text(footer)
                .raw("</footer></body></html>\n")
                .toString();
    }

    /** Puts the page into the directory at once, and returns its path. */
    static Path write(Path directory, String name, String page) throws IOException {
        Path partial = directory.resolve(name + ".partial");
        Files.writeString(partial, page);
        return Files.move(partial, directory.resolve(name), StandardCopyOption.ATOMIC_MOVE);
    }

    private static String style() {
        try (InputStream in = Page.class.getResourceAsStream(STYLE)) {
            if (in == null) {
                throw new IllegalStateException(STYLE + " is not on the class path: build again");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
