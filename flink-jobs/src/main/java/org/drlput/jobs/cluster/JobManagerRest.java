package org.drlput.jobs.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.flink.api.common.JobID;

/** What a running JobManager is asked and told over its REST interface. */
final class JobManagerRest {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final Duration TIMEOUT = Duration.ofSeconds(5);

    private final HttpClient client =
            HttpClient.newBuilder().connectTimeout(TIMEOUT).build();
    private final String base;

    JobManagerRest(ClusterSpec spec) {
        base = "http://%s:%d".formatted(ClusterSpec.HOST, spec.restPort());
    }

    /** @throws IOException where the JobManager does not answer, or refuses */
    private JsonNode call(String method, String path, String body) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(base + path))
                .timeout(TIMEOUT)
                .header("Content-Type", "application/json")
                .method(
                        method,
                        body.isEmpty()
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofString(body))
                .build();
        HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
        if (response.statusCode() / 100 != 2) {
            throw new IOException("%s %s: the JobManager answers %d: %s"
                    .formatted(method, path, response.statusCode(), response.body()));
        }
        return response.body().isBlank() ? JSON.createObjectNode() : JSON.readTree(response.body());
    }

    /** The job's state in Flink's words; empty where no JobManager answers. */
    Optional<String> state(JobID job) throws InterruptedException {
        try {
            return Optional.of(call("GET", "/jobs/" + job, "").path("state").asText());
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** By the worker's name, its free slots; empty where no JobManager answers. */
    Map<String, Integer> freeSlots() throws InterruptedException {
        Map<String, Integer> slots = new HashMap<>();
        try {
            for (JsonNode worker : call("GET", "/taskmanagers", "").path("taskmanagers")) {
                slots.put(worker.path("id").asText(), worker.path("freeSlots").asInt());
            }
        } catch (IOException e) {
            slots.clear();
        }
        return slots;
    }

    /** Has the job use so many workers, as far as it can and they are there. */
    void scale(JobID job, int workers) throws IOException, InterruptedException {
        JsonNode requirements = call("GET", "/jobs/" + job + "/resource-requirements", "");
        ObjectNode wanted = JSON.createObjectNode();
        JsonNode vertices = call("GET", "/jobs/" + job, "").path("vertices");
        for (JsonNode vertex : vertices) {
            String id = vertex.path("id").asText();
            boolean gradients = vertex.path("name").asText().contains(GRADIENTS)
                    && vertex.path("maxParallelism").asInt() > 1;
            int upper = gradients
                    ? Math.min(workers, vertex.path("maxParallelism").asInt())
                    : requirements
                            .path(id)
                            .path("parallelism")
                            .path("upperBound")
                            .asInt(1);
            wanted.putObject(id).putObject("parallelism").put("lowerBound", 1).put("upperBound", upper);
        }
        call("PUT", "/jobs/" + job + "/resource-requirements", JSON.writeValueAsString(wanted));
    }

    private static final String GRADIENTS = "gradients";

    /** How often the job has completed a checkpoint, and failed to; zeros where no JobManager answers. */
    Cluster.Checkpoints checkpoints(JobID job) throws InterruptedException {
        try {
            JsonNode counts = call("GET", "/jobs/" + job + "/checkpoints", "").path("counts");
            return new Cluster.Checkpoints(
                    counts.path("completed").asLong(), counts.path("failed").asLong());
        } catch (IOException e) {
            return new Cluster.Checkpoints(0, 0);
        }
    }

    void cancel(JobID job) throws IOException, InterruptedException {
        call("PATCH", "/jobs/" + job + "?mode=cancel", "");
    }
}
