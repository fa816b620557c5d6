package org.drlput.common.serve;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.drlput.common.math.Kernels;
import org.drlput.common.network.ModelSpec;
import org.drlput.common.tensor.Parameters;
import org.drlput.common.version.TestVersions;

/** Versions whose policies differ from each other and look at the state; requests of theirs. */
final class ServedVersions {
    static final Kernels PLAIN = Kernels.named("plain");
    /** w_click of [0, 0.1, 0.3] at 0.1, reserve of [0, 10] at 0. */
    static final int MANUAL_ACTION = 2;

    static final Map<String, Double> MANUAL = Map.of("w_click", 0.1, "reserve", 0.0);

    private ServedVersions() {}

    /** Initial weights of a seed of its own, the last layer's a hundred times as great. */
    static Path publish(Path registry, long version) {
        return publish(registry, TestVersions.YAML, version);
    }

    static Path publish(Path registry, String yaml, long version) {
        Parameters weights = TestVersions.initialWeights(
                ModelSpec.of(TestVersions.experiment()).tensors(), version);
        float[] output = weights.values("output.weight");
        for (int i = 0; i < output.length; i++) {
            output[i] *= 100;
        }
        return TestVersions.publish(registry, yaml, weights, 1, version);
    }

    static Map<String, Object> request(int i) {
        Map<String, Object> request = new HashMap<>();
        request.put("ctr", 0.01 * (i % 97) - 0.3);
        request.put("hour", i % 24);
        request.put("country", List.of("us", "de", "fr").get(i % 3));
        request.put("user", (long) i * 7);
        request.put("interests", List.of("cars", "art", "golf").subList(0, i % 4));
        return request;
    }

    static PolicyClientOptions following(Path registry) {
        return PolicyClientOptions.directory(registry)
                .withKernels(PLAIN)
                .withPollInterval(java.time.Duration.ofMillis(5))
                .withExploration(Exploration.share(0));
    }

    static Path experimentFile(Path directory) {
        try {
            return Files.writeString(directory.resolve("experiment.yaml"), TestVersions.YAML);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Flips a bit of a file, and returns the file's good bytes. */
    static byte[] damage(Path file) {
        try {
            byte[] good = Files.readAllBytes(file);
            byte[] bad = good.clone();
            bad[good.length / 2] ^= 1;
            Files.write(file, bad);
            return good;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A time that a test moves. */
    static final class TestTime {
        private final AtomicLong nanos = new AtomicLong(1);

        long nanos() {
            return nanos.get();
        }

        void pass(java.time.Duration duration) {
            nanos.addAndGet(duration.toNanos());
        }
    }
}
