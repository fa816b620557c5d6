package org.drlput.examples.adserver;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.util.List;
import org.drlput.examples.adserver.Messages.Ask;
import org.drlput.examples.adserver.Messages.Outcome;
import org.drlput.examples.adserver.Messages.Ranked;
import org.drlput.examples.adserver.Messages.Status;

/** The ad server as a site that shows ads sees it. Any thread; connections are kept. */
final class Site {
    private static final int TIMEOUT_MILLIS = 30_000;

    private final String address;

    Site(int port) {
        address = "http://127.0.0.1:" + port;
    }

    Ranked rank(Ask ask) throws IOException {
        return Messages.JSON.readValue(call("/rank", Messages.JSON.writeValueAsBytes(ask)), Ranked.class);
    }

    void outcomes(List<Outcome> outcomes) throws IOException {
        call("/outcomes", Messages.JSON.writeValueAsBytes(outcomes));
    }

    Status status() throws IOException {
        return Messages.JSON.readValue(call("/status", new byte[0]), Status.class);
    }

    /** @param body none: GET */
    private byte[] call(String path, byte[] body) throws IOException {
        HttpURLConnection connection =
                (HttpURLConnection) URI.create(address + path).toURL().openConnection();
        connection.setConnectTimeout(TIMEOUT_MILLIS);
        connection.setReadTimeout(TIMEOUT_MILLIS);
        if (body.length > 0) {
            connection.setRequestMethod("POST");
            connection.setDoOutput(true);
            connection.setFixedLengthStreamingMode(body.length);
            try (OutputStream out = connection.getOutputStream()) {
                out.write(body);
            }
        }
        try (InputStream in = connection.getInputStream()) {
            return in.readAllBytes();
        } catch (IOException e) {
            InputStream problem = connection.getErrorStream();
            if (problem == null) {
                throw e;
            }
            throw new IOException("%s: %s".formatted(path, new String(problem.readAllBytes(), UTF_8)), e);
        }
    }
}
