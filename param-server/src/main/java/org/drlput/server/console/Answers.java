package org.drlput.server.console;

import java.nio.file.Path;
import java.time.Clock;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.drlput.common.ledger.VersionKeeper;
import org.drlput.common.version.Software;

/** What is asked under {@code /api/}. Thread-safe; reads files. */
final class Answers {
    private static final Pattern VERSION = Pattern.compile("/api/versions/(0|[1-9]\\d{0,11})");

    private final Path data;
    private final Health health;
    private final Catalog catalog;
    private final VersionKeeper keeper;

    Answers(Path data, Health health) {
        this.data = data;
        this.health = health;
        this.catalog = new Catalog(data);
        this.keeper = new VersionKeeper(data, Clock.systemUTC());
    }

    /**
     * @param software that serves
     * @param data directory that is shown
     */
    record Live(String software, String data, Health.Snapshot health) {}

    Response to(String path) {
        switch (path) {
            case "/api/live" -> {
                return Response.json(new Live(Software.version(), data.toString(), health.latest()));
            }
            case "/api/versions" -> {
                return Response.json(catalog.listing());
            }
            case "/api/ledger" -> {
                return Response.json(LedgerView.of(keeper));
            }
            default -> {
                Matcher version = VERSION.matcher(path);
                return version.matches() ? version(Long.parseLong(version.group(1))) : notFound(path);
            }
        }
    }

    private Response version(long version) {
        VersionDetail detail = catalog.detail(version);
        return detail == null
                ? Response.error(
                        404,
                        "version %d: there is none of this number here; retention may have removed it"
                                .formatted(version))
                : Response.json(detail);
    }

    private static Response notFound(String path) {
        return Response.error(
                404,
                path.startsWith("/api/versions/")
                        ? "expected /api/versions/ and the number of a version"
                        : "there is nothing at this address");
    }
}
