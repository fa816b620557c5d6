package org.drlput.server.console;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The files of the page, by path: these and no others are served. Read once, from the class path. Immutable. */
final class PageFiles {
    private static final String HTML = "text/html; charset=utf-8";
    private static final String STYLE = "text/css; charset=utf-8";
    private static final String SCRIPT = "text/javascript; charset=utf-8";

    private final Map<String, Response> files = new LinkedHashMap<>();

    PageFiles() {
        files.put("/", file("index.html", HTML));
        // the report's, so that the two look alike
        files.put("/page.css", file("/org/drlput/common/page/page.css", STYLE));
        files.put("/console.css", file("console.css", STYLE));
        for (String script : new String[] {
            "console",
            "overview",
            "version",
            "compare",
            "evidence",
            "choices",
            "decisions",
            "shards",
            "charts",
            "dom",
            "text"
        }) {
            files.put("/" + script + ".js", file(script + ".js", SCRIPT));
        }
    }

    private static Response file(String name, String contentType) {
        try (InputStream in = PageFiles.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException(name + " is not on the class path: build again");
            }
            return new Response(200, contentType, in.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Null: there is no such file. */
    @Nullable
    Response at(String path) {
        return files.get(path);
    }
}
