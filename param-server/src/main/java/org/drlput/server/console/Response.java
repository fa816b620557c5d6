package org.drlput.server.console;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.Map;

/** What a request is answered with. */
record Response(int status, String contentType, byte[] body) {
    private static final JsonMapper JSON = new JsonMapper();

    static Response json(Object value) {
        return json(200, value);
    }

    /** Something is wrong with the request: {@code {"error": ...}}, which says what and what to do. */
    static Response error(int status, String message) {
        return json(status, Map.of("error", message));
    }

    private static Response json(int status, Object value) {
        try {
            return new Response(status, "application/json", JSON.writeValueAsBytes(value));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("records can be written", e);
        }
    }
}
