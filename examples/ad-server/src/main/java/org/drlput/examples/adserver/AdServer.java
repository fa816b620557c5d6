package org.drlput.examples.adserver;

import com.fasterxml.jackson.core.JacksonException;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.drlput.common.serve.Decision;
import org.drlput.common.serve.DecisionLog;
import org.drlput.common.serve.DecisionLogOptions;
import org.drlput.common.serve.DecisionLogOptions.Rows;
import org.drlput.common.serve.Exploration;
import org.drlput.common.serve.LoggedDecision;
import org.drlput.common.serve.PolicyClient;
import org.drlput.common.serve.PolicyClientOptions;
import org.drlput.examples.adserver.Messages.Ask;
import org.drlput.examples.adserver.Messages.Outcome;
import org.drlput.examples.adserver.Messages.Ranked;
import org.drlput.examples.adserver.Messages.Status;
import org.drlput.examples.adserver.PendingDecisions.Pending;

/**
 * An ad server: ranks candidates with the hyperparameters that the policy chooses for the request, remembers what it decided, and
 * logs it when it hears what came of it.
 *
 * <pre>
 * POST /rank      {"requestId": ..., "eventTime": ..., "features": {...}, "candidates": [...]}  -> {"version": ..., "ads": [...]}
 * POST /outcomes  [{"requestId": ..., "outcomes": {"revenue": 0.35}}, ...]
 * GET  /status
 * </pre>
 */
final class AdServer implements AutoCloseable {
    /** Begins the line that says on which port it serves. */
    static final String READY = "serves on port ";

    private static final String ALIAS = "stable";
    private static final int THREADS = 4;
    /** A day takes seconds here: what is logged of it is to be in files soon after. */
    private static final Duration ROLL_EVERY = Duration.ofSeconds(2);

    private static final int MOST_PENDING = 100_000;
    private static final int OK = 200;
    private static final int NO_CONTENT = 204;
    private static final int BAD_REQUEST = 400;
    private static final int WRONG_METHOD = 405;

    private final PolicyClient client;
    private final DecisionLog log;
    private final PendingDecisions pending = new PendingDecisions(MOST_PENDING);
    private final ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    private final HttpServer http;

    private AdServer(PolicyClient client, DecisionLog log, HttpServer http) {
        this.client = client;
        this.log = log;
        this.http = http;
    }

    /**
     * How it is run.
     *
     * @param parameterServer {@code host:port} of any shard
     * @param experiment whose manual setting requests get until there is a version
     * @param exploration the share of requests that act uniformly
     * @param logs where explored requests are logged
     * @param store where the last good version is kept
     * @param port 0: any that is free
     */
    record Settings(String parameterServer, Path experiment, double exploration, Path logs, Path store, int port) {}

    static AdServer start(Settings settings) throws IOException {
        PolicyClientOptions options = PolicyClientOptions.server(settings.parameterServer())
                .withManual(settings.experiment())
                .withStore(settings.store())
                .withExploration(Exploration.share(settings.exploration()))
                .withMaxAge(Duration.ofHours(6));
        PolicyClient client = PolicyClient.follow(ALIAS, options);
        // what training reads is uniform: the explored rows alone
        DecisionLog log = DecisionLog.open(
                DecisionLogOptions.in(settings.logs()).withRows(Rows.EXPLORED).withRollEvery(ROLL_EVERY));
        // else the JDK's server lets each answer wait for the acknowledgement of its head
        System.setProperty("sun.net.httpserver.nodelay", "true");
        HttpServer http =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), settings.port()), 0);
        AdServer server = new AdServer(client, log, http);
        http.createContext("/rank", server.handler("POST", server::rank));
        http.createContext("/outcomes", server.handler("POST", server::outcomes));
        http.createContext("/status", server.handler("GET", server::status));
        http.setExecutor(server.threads);
        http.start();
        return server;
    }

    /**
     * Serves until the process is ended. Arguments, all needed: parameter server, experiment, share of exploration, logs, store, port.
     */
    public static void main(String[] arguments) throws IOException {
        if (arguments.length != 6) {
            throw new IllegalArgumentException("found %d arguments, expected HOST:PORT EXPERIMENT SHARE LOGS STORE PORT"
                    .formatted(arguments.length));
        }
        AdServer server = start(new Settings(
                arguments[0],
                Path.of(arguments[1]),
                Double.parseDouble(arguments[2]),
                Path.of(arguments[3]),
                Path.of(arguments[4]),
                Integer.parseInt(arguments[5])));
        Runtime.getRuntime().addShutdownHook(new Thread(server::close, "close"));
        System.out.println(READY + server.port());
    }

    int port() {
        return http.getAddress().getPort();
    }

    private interface Work {
        /** The body of the answer; none: there is nothing to say. */
        byte[] answer(byte[] asked) throws IOException;
    }

    private HttpHandler handler(String method, Work work) {
        return exchange -> {
            try (exchange) {
                byte[] asked = exchange.getRequestBody().readAllBytes();
                int code = OK;
                byte[] body;
                if (!exchange.getRequestMethod().equals(method)) {
                    code = WRONG_METHOD;
                    body = problem("expected " + method);
                } else {
                    try {
                        body = work.answer(asked);
                    } catch (JacksonException | DateTimeException | IllegalArgumentException e) {
                        code = BAD_REQUEST;
                        body = problem(String.valueOf(e.getMessage()));
                    }
                }
                exchange.getResponseHeaders().set("Content-Type", "application/json");
                if (body.length == 0) {
                    exchange.sendResponseHeaders(NO_CONTENT, -1);
                } else {
                    exchange.sendResponseHeaders(code, body.length);
                    exchange.getResponseBody().write(body);
                }
            }
        };
    }

    private static byte[] problem(String what) throws IOException {
        return Messages.JSON.writeValueAsBytes(Map.of("problem", what));
    }

    private byte[] rank(byte[] asked) throws IOException {
        Ask ask = Messages.JSON.readValue(asked, Ask.class);
        if (ask.requestId() == null || ask.eventTime() == null || ask.features() == null || ask.candidates() == null) {
            throw new IllegalArgumentException("requestId, eventTime, features and candidates are needed");
        }
        Instant eventTime = Instant.parse(ask.eventTime());
        // never waits, never fails: in doubt it is the manual setting, and the decision says why
        Decision decision = client.decide(ask.requestId(), ask.features());
        pending.put(ask.requestId(), new Pending(eventTime, ask.features(), decision));
        return Messages.JSON.writeValueAsBytes(new Ranked(
                decision.version(),
                decision.why(),
                Ranking.reservePrice(decision.hyperparameters()),
                Ranking.of(ask.candidates(), decision.hyperparameters())));
    }

    private byte[] outcomes(byte[] asked) throws IOException {
        for (Outcome outcome : Messages.JSON.readValue(asked, Outcome[].class)) {
            Pending decided = pending.take(outcome.requestId());
            if (decided != null) {
                log.offer(LoggedDecision.of(
                        outcome.requestId(),
                        decided.eventTime(),
                        decided.features(),
                        decided.decision(),
                        outcome.outcomes()));
            }
        }
        return new byte[0];
    }

    private byte[] status(byte[] nothing) throws IOException {
        return Messages.JSON.writeValueAsBytes(status());
    }

    Status status() {
        PolicyClient.Status now = client.status();
        Map<String, Long> fallbacks = new TreeMap<>();
        now.fallbacks().forEach((cause, count) -> fallbacks.put(cause.word(), count));
        DecisionLog.Counts rows = log.counts();
        return new Status(
                now.version(),
                now.problem() == null ? "" : now.problem(),
                now.swaps(),
                now.decisions(),
                now.explored(),
                fallbacks,
                rows.written(),
                rows.dropped(),
                pending.size());
    }

    /** Answers no more, and writes what is to be logged. */
    @Override
    public void close() {
        http.stop(0);
        threads.shutdown();
        log.close();
        client.close();
    }
}
