package org.drlput.bench.serve;

import com.sun.management.OperatingSystemMXBean;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.stream.Stream;
import org.drlput.common.client.VersionClient;
import org.drlput.common.ledger.AliasMove;
import org.drlput.common.ledger.VersionKeeper;
import org.drlput.common.ledger.Who;
import org.drlput.common.serve.PolicyClient;
import org.drlput.common.serve.PolicyClientOptions;

/**
 * Many followers of one server: how long after a publication each serves the version, and what a killed server does to them. Each
 * follower has a connection, a version and a directory of its own, as if it were a process of its own. Arguments: followers,
 * publications.
 */
public final class Followers {
    private static final String ALIAS = "bench";
    private static final int STARTERS = 16;
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration DAMAGE = Duration.ofSeconds(5);
    private static final Duration SETTLE = Duration.ofSeconds(4);

    private final Path data;
    private final BenchVersions versions;
    private final List<PolicyClient> clients = new ArrayList<>();
    /** By follower: when it swapped to {@link #awaited}; 0: not yet. */
    private final AtomicLongArray swappedAt;

    private volatile long awaited;
    private long published;

    private Followers(Path data, int followers) {
        this.data = data;
        versions = new BenchVersions(data, experiment());
        swappedAt = new AtomicLongArray(followers);
    }

    public static void main(String[] arguments) throws Exception {
        int followers = Integer.parseInt(arguments[0]);
        int publications = Integer.parseInt(arguments[1]);
        Path data = Files.createTempDirectory("drlput-followers-");
        try {
            new Followers(data, followers).run(publications);
        } finally {
            try (Stream<Path> files = Files.walk(data)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.deleteIfExists(file);
                }
            }
        }
    }

    /** A network whose version has one megabyte. */
    private static String experiment() {
        StringBuilder text = new StringBuilder("formatVersion: 1\nname: followers\nfeatures:\n");
        for (int i = 0; i < 24; i++) {
            text.append("  - {name: number%d, type: numeric}\n".formatted(i));
        }
        for (int i = 0; i < 8; i++) {
            text.append("  - {name: category%d, type: categorical, hashBuckets: 100, dimension: 16}\n".formatted(i));
        }
        return text.append("""
                actions:
                  hyperparameters:
                    - {name: a, levels: [0, 1, 2, 3, 4, 5, 6, 7], production: 0}
                    - {name: b, levels: [0, 1, 2, 3, 4, 5, 6, 7], production: 0}
                reward: {active: R0, outcomes: {click: {column: click}}, variants: {R0: {click: 1}}}
                network: {hidden: [512, 256, 64]}
                """).toString();
    }

    private void run(int publications) throws Exception {
        long bytes = publishOnDisk();
        Server server = new Server(0);
        try {
            start(server.address());
            settle();
            System.out.printf(Locale.ROOT, "{\"followers\":%d,\"versionBytes\":%d}%n", swappedAt.length(), bytes);
            List<Double> worst = new ArrayList<>();
            for (int i = 0; i < publications; i++) {
                worst.add(publishThrough(server));
                settle();
            }
            worst.sort(null);
            System.out.printf(
                    Locale.ROOT,
                    "{\"publications\":%d,\"p99MillisMedian\":%.0f,\"p99MillisWorst\":%.0f}%n",
                    publications,
                    worst.get(worst.size() / 2),
                    worst.get(worst.size() - 1));
            server = killAndRestart(server);
        } finally {
            server.kill();
            for (PolicyClient client : clients) {
                client.close();
            }
        }
    }

    /**
     * Each follower keeps the version on disk before the next one comes; and what a thousand followers have left is collected now,
     * as a thousand processes would do, each when it likes.
     */
    private static void settle() throws InterruptedException {
        Thread.sleep(SETTLE.toMillis());
        System.gc();
    }

    private void start(String address) throws Exception {
        ExecutorService starters = Executors.newFixedThreadPool(STARTERS);
        List<Future<PolicyClient>> starting = new ArrayList<>();
        for (int i = 0; i < swappedAt.length(); i++) {
            int follower = i;
            PolicyClientOptions options = PolicyClientOptions.server(address)
                    .withStore(data.resolve("followers").resolve(String.valueOf(i)))
                    .withStartTimeout(PATIENCE)
                    .withOnSwap(version -> swapped(follower, version));
            starting.add(starters.submit(() -> PolicyClient.follow(ALIAS, options)));
        }
        for (Future<PolicyClient> client : starting) {
            clients.add(client.get());
        }
        starters.shutdown();
    }

    private void swapped(int follower, long version) {
        if (version == awaited) {
            swappedAt.compareAndSet(follower, 0, System.nanoTime());
        }
    }

    private void await(long version) {
        for (int i = 0; i < swappedAt.length(); i++) {
            swappedAt.set(i, 0);
        }
        awaited = version;
    }

    private AliasMove move(long to) {
        Long from = published == 0 ? null : published;
        return new AliasMove(ALIAS, to, from, new AliasMove.Free(), new Who("bench", "next"));
    }

    private long publishOnDisk() throws IOException {
        long version = published + 1;
        BenchVersions.Staged staged = versions.stage(version);
        versions.publish(staged);
        new VersionKeeper(data, Clock.systemUTC()).move(move(version));
        published = version;
        return staged.bytes();
    }

    /** Publishes, and returns how long after that 99 of 100 followers served it, in milliseconds. */
    private double publishThrough(Server server) throws IOException, InterruptedException {
        long version = published + 1;
        BenchVersions.Staged staged = versions.stage(version);
        await(version);
        try (VersionClient client = VersionClient.connect(server.address())) {
            client.list();
            Cpu before = Cpu.of(server.process);
            long start = System.nanoTime();
            versions.publish(staged);
            client.move(move(version));
            published = version;
            double p99 = report("publish", start);
            Cpu.of(server.process).print(before);
            return p99;
        }
    }

    /** Processor time so far, in milliseconds. */
    private record Cpu(long server, long followers) {
        static Cpu of(Process server) {
            OperatingSystemMXBean self = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
            return new Cpu(
                    server.info().totalCpuDuration().orElse(Duration.ZERO).toMillis(),
                    self.getProcessCpuTime() / 1_000_000);
        }

        void print(Cpu before) {
            System.out.printf(
                    Locale.ROOT,
                    "{\"cpuMillis\":{\"server\":%d,\"followers\":%d}}%n",
                    server - before.server,
                    followers - before.followers);
        }
    }

    private double report(String what, long start) throws InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!all() && System.nanoTime() < end) {
            Thread.sleep(5);
        }
        double[] millis = new double[swappedAt.length()];
        int missing = 0;
        for (int i = 0; i < millis.length; i++) {
            long at = swappedAt.get(i);
            missing += at == 0 ? 1 : 0;
            millis[i] = at == 0 ? Double.POSITIVE_INFINITY : (at - start) / 1e6;
        }
        Arrays.sort(millis);
        System.out.printf(
                Locale.ROOT,
                "{\"after\":\"%s\",\"p50Millis\":%.0f,\"p99Millis\":%.0f,\"maxMillis\":%.0f,\"missing\":%d}%n",
                what,
                millis[millis.length / 2],
                millis[(int) Math.ceil(millis.length * 0.99) - 1],
                millis[millis.length - 1],
                missing);
        return millis[(int) Math.ceil(millis.length * 0.99) - 1];
    }

    private boolean all() {
        for (int i = 0; i < swappedAt.length(); i++) {
            if (swappedAt.get(i) == 0) {
                return false;
            }
        }
        return true;
    }

    /** The server is killed; meanwhile a version is published, and damaged; it comes back; then the version is made whole. */
    private Server killAndRestart(Server server) throws IOException, InterruptedException {
        server.kill();
        long good = published;
        await(good + 1);
        publishOnDisk();
        Path weights =
                data.resolve("versions").resolve("%012d".formatted(published)).resolve("weights-0.arrow");
        byte[] whole = Files.readAllBytes(weights);
        byte[] damaged = whole.clone();
        damaged[whole.length / 2] ^= 1;
        Files.write(weights, damaged);
        Server again = new Server(server.port());
        Thread.sleep(DAMAGE.toMillis());
        long unverified = clients.stream()
                .filter(client -> client.status().version() != good)
                .count();
        long refused = clients.stream()
                .filter(client -> String.valueOf(client.status().problem()).contains("its SHA-256 is"))
                .count();
        System.out.printf(
                Locale.ROOT,
                "{\"after\":\"server killed, version damaged, server back\",\"servingUnverified\":%d,\"haveRefusedIt\":%d}%n",
                unverified,
                refused);
        long start = System.nanoTime();
        Files.write(weights, whole);
        report("version made whole", start);
        again.kill();
        await(published + 1);
        publishOnDisk();
        Server last = new Server(server.port());
        report("server killed, version published, server back", System.nanoTime());
        return last;
    }

    /** The server's process. */
    private final class Server {
        private final Process process;
        private final int port;

        Server(int wantedPort) throws IOException {
            process = new ProcessBuilder(
                            ProcessHandle.current().info().command().orElse("java"),
                            "-Xmx1g",
                            "-XX:+UseParallelGC",
                            "--add-opens=java.base/java.nio=ALL-UNNAMED",
                            "-cp",
                            System.getProperty("java.class.path"),
                            FollowersServer.class.getName(),
                            data.toString(),
                            String.valueOf(wantedPort))
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            BufferedReader out =
                    new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
            String line = out.readLine();
            while (line != null && !line.startsWith(FollowersServer.READY)) {
                line = out.readLine();
            }
            if (line == null) {
                throw new IOException("the server did not start");
            }
            port = Integer.parseInt(line.substring(FollowersServer.READY.length()));
        }

        int port() {
            return port;
        }

        String address() {
            return "127.0.0.1:" + port;
        }

        void kill() throws InterruptedException {
            process.destroyForcibly().waitFor();
        }
    }
}
