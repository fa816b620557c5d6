package org.drlput.server.console;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A headless Chromium, driven over its debugging protocol. One page at a time. */
final class Browser implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern LISTENING = Pattern.compile("DevTools listening on (ws://\\S+)");
    private static final long PATIENCE_SECONDS = 120;

    private final Process process;
    private final WebSocket socket;
    private final AtomicInteger calls = new AtomicInteger();
    private final Map<Integer, CompletableFuture<JsonNode>> waiting = new ConcurrentHashMap<>();
    private final List<String> complaints = new CopyOnWriteArrayList<>();
    private String target = "";
    private String session = "";

    /** @param executable of Chromium, @param directory for its profile and log */
    Browser(String executable, Path directory) throws Exception {
        Path log = directory.resolve("browser.log");
        List<String> command = new ArrayList<>(List.of(
                executable,
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--no-first-run",
                "--hide-scrollbars",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--remote-debugging-port=0",
                "--user-data-dir=" + directory.resolve("profile"),
                "about:blank"));
        process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        try {
            socket = HttpClient.newHttpClient()
                    .newWebSocketBuilder()
                    .buildAsync(URI.create(address(log)), new Listener())
                    .get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (Exception e) {
            process.destroyForcibly();
            throw e;
        }
    }

    private String address(Path log) throws IOException, InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (true) {
            String text = Files.readString(log, StandardCharsets.ISO_8859_1);
            Matcher listening = LISTENING.matcher(text);
            if (listening.find()) {
                return listening.group(1);
            }
            if (!process.isAlive() || System.nanoTime() > end) {
                throw new IOException("the browser did not start: " + text);
            }
            Thread.sleep(50);
        }
    }

    private final class Listener implements WebSocket.Listener {
        private final StringBuilder message = new StringBuilder();

        @Override
        public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
            message.append(data);
            if (last) {
                try {
                    take(JSON.readTree(message.toString()));
                } catch (IOException e) {
                    complaints.add("no JSON: " + e.getMessage());
                }
                message.setLength(0);
            }
            from.request(1);
            return CompletableFuture.completedFuture(null);
        }
    }

    private void take(JsonNode message) {
        CompletableFuture<JsonNode> call = waiting.remove(message.path("id").asInt(-1));
        if (call != null) {
            call.complete(message);
        }
        String method = message.path("method").asText();
        if (List.of("Runtime.exceptionThrown", "Runtime.consoleAPICalled", "Log.entryAdded")
                .contains(method)) {
            complaints.add(message.path("params").toString());
        }
    }

    private JsonNode call(String method, Map<String, ?> parameters) throws Exception {
        int id = calls.incrementAndGet();
        ObjectNode request = JSON.createObjectNode().put("id", id).put("method", method);
        request.set("params", JSON.valueToTree(parameters));
        if (!session.isEmpty()) {
            request.put("sessionId", session);
        }
        CompletableFuture<JsonNode> answer = new CompletableFuture<>();
        waiting.put(id, answer);
        socket.sendText(request.toString(), true).get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        JsonNode given = answer.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        if (given.has("error")) {
            throw new IOException(method + ": " + given.path("error"));
        }
        return given.path("result");
    }

    /** A new page of this width, in the light or the dark, in place of the one before. */
    void open(String url, int width, String scheme) throws Exception {
        session = "";
        if (!target.isEmpty()) {
            call("Target.closeTarget", Map.of("targetId", target));
        }
        target = call("Target.createTarget", Map.of("url", "about:blank"))
                .path("targetId")
                .asText();
        session = call("Target.attachToTarget", Map.of("targetId", target, "flatten", true))
                .path("sessionId")
                .asText();
        complaints.clear();
        for (String domain : List.of("Runtime", "Log", "Page")) {
            call(domain + ".enable", Map.of());
        }
        call(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", 900, "deviceScaleFactor", 1, "mobile", false));
        call(
                "Emulation.setEmulatedMedia",
                Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", scheme))));
        call("Page.navigate", Map.of("url", url));
    }

    /** The value of an expression of the page's own language. */
    JsonNode value(String expression) throws Exception {
        return call("Runtime.evaluate", Map.of("expression", expression, "returnByValue", true))
                .path("result")
                .path("value");
    }

    /** Waits until the page's text has this in it. */
    void awaitText(String text) throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        String shown = text();
        while (!shown.contains(text)) {
            if (System.nanoTime() > end) {
                throw new AssertionError("waited for '" + text + "', the page says: " + shown + complaints);
            }
            Thread.sleep(100);
            shown = text();
        }
    }

    /** What is to be read. */
    String text() throws Exception {
        return value("document.body ? document.body.innerText : ''").asText();
    }

    /** What the page complained about since it was opened. */
    List<String> complaints() {
        return List.copyOf(complaints);
    }

    /** A picture of the whole page, PNG. */
    byte[] picture() throws Exception {
        String base64 = call("Page.captureScreenshot", Map.of("captureBeyondViewport", true, "clip", clip()))
                .path("data")
                .asText();
        return Base64.getDecoder().decode(base64);
    }

    private Map<String, ?> clip() throws Exception {
        JsonNode size = value("[innerWidth, document.documentElement.scrollHeight]");
        return Map.of(
                "x",
                0,
                "y",
                0,
                "width",
                size.get(0).asInt(),
                "height",
                size.get(1).asInt(),
                "scale",
                1);
    }

    @Override
    public void close() throws InterruptedException {
        socket.abort();
        process.destroyForcibly().waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }
}
