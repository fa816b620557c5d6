package org.drlput.server.console;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import java.io.IOException;
import java.util.Set;
import org.drlput.common.experiment.ExperimentLoader;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes requests: GET and HEAD, of paths that there are. Thread-safe. */
final class ConsoleHandler implements HttpHandler {
    private static final Logger LOG = LoggerFactory.getLogger(ConsoleHandler.class);

    private static final Set<String> METHODS = Set.of("GET", "HEAD");
    /** Nothing but the console's own files, whatever the data holds. */
    private static final String POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
            + "img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private final PageFiles files;
    private final Answers answers;
    private final HostRule hosts;

    ConsoleHandler(PageFiles files, Answers answers, HostRule hosts) {
        this.files = files;
        this.answers = answers;
        this.hosts = hosts;
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            send(exchange, response(exchange));
        } catch (IOException e) {
            LOG.debug("console: {} went away", exchange.getRemoteAddress(), e);
        }
    }

    private Response response(HttpExchange exchange) {
        String path = exchange.getRequestURI().getRawPath();
        if (!hosts.allows(exchange.getRequestHeaders().getFirst("Host"))) {
            return Response.error(
                    421, "this console is for this machine alone: open it as localhost, or through a tunnel");
        }
        if (!METHODS.contains(exchange.getRequestMethod())) {
            exchange.getResponseHeaders().set("Allow", "GET, HEAD");
            return Response.error(
                    405, "%s: the console only shows: expected GET".formatted(exchange.getRequestMethod()));
        }
        Response file = path == null ? null : files.at(path);
        if (file != null) {
            return file;
        }
        try {
            return answers.to(String.valueOf(path));
        } catch (RuntimeException e) {
            LOG.warn("console: {} could not be answered", path, e);
            return Response.error(500, "this could not be read: %s".formatted(e.getMessage()));
        }
    }

    private static void send(HttpExchange exchange, Response response) throws IOException {
        Headers headers = exchange.getResponseHeaders();
        headers.set("Content-Type", response.contentType());
        headers.set("Content-Security-Policy", POLICY);
        headers.set("X-Content-Type-Options", "nosniff");
        headers.set("Referrer-Policy", "no-referrer");
        headers.set("Cross-Origin-Resource-Policy", "same-origin");
        byte[] body = response.body();
        String tag = '"' + ExperimentLoader.sha256(body) + '"';
        headers.set("ETag", tag);
        // kept by the browser, and asked for again every time
        headers.set("Cache-Control", "no-cache");
        if (response.status() == 200 && tag.equals(exchange.getRequestHeaders().getFirst("If-None-Match"))) {
            exchange.sendResponseHeaders(304, -1);
            return;
        }
        if (exchange.getRequestMethod().equals("HEAD")) {
            headers.set("Content-Length", String.valueOf(body.length));
            exchange.sendResponseHeaders(response.status(), -1);
            return;
        }
        exchange.sendResponseHeaders(response.status(), body.length);
        exchange.getResponseBody().write(body);
    }
}
