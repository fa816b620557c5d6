package org.drlput.jobs.cluster;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.drlput.common.version.AtomicFile;

/**
 * What the supervisor has seen of each process, by name: {@code supervision.json}, for {@code status}.
 *
 * @param starts how often it was started since the cluster is up
 * @param failures deaths in a row, each soon after its start: the supervisor waits ever longer
 */
record Supervision(Map<String, Seen> processes) {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    record Seen(int starts, int failures) {
        static final Seen NEVER = new Seen(0, 0);
    }

    void write(Path file) throws IOException {
        byte[] json = JSON.writeValueAsBytes(this);
        AtomicFile.write(file, out -> out.write(ByteBuffer.wrap(json)));
    }

    /** An empty one where there is none that can be read. */
    static Supervision read(Path file) throws IOException {
        try {
            return Files.exists(file)
                    ? JSON.readValue(Files.readAllBytes(file), Supervision.class)
                    : new Supervision(new TreeMap<>());
        } catch (JsonProcessingException e) {
            return new Supervision(new TreeMap<>());
        }
    }
}
