package org.drlput.server.console;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The console's HTTP server. It reads the registry in the data directory and asks shards for their status; it changes nothing,
 * and there is nothing in it that could. Without access control: on the loopback interface unless told otherwise.
 */
public final class ConsoleServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ConsoleServer.class);

    private static final int THREADS = 4;
    private static final int MAX_WAITING = 128;
    private static final int BACKLOG = 64;

    static {
        // the JDK's default is for ever: a client that stops in the middle of a request would keep a thread. Read once,
        // by HttpServer
        setIfAbsent("sun.net.httpserver.maxReqTime", "10");
        setIfAbsent("sun.net.httpserver.maxRspTime", "30");
    }

    /**
     * @param host to bind to
     * @param port 0: any free one
     * @param data the parameter server's data directory
     * @param shards {@code host:port} of the shards that are asked how they are, in shard order; empty: none yet, see {@link #follow}
     */
    public record Settings(String host, int port, Path data, List<String> shards) {
        public Settings {
            if (port < 0 || port > 65_535) {
                throw new IllegalArgumentException("http port: found %d, expected 0 to 65535".formatted(port));
            }
            shards = List.copyOf(shards);
        }
    }

    private final Settings settings;
    private final HttpServer server;
    private final ThreadPoolExecutor threads;
    private final Health health;

    private ConsoleServer(Settings settings, HttpServer server, ThreadPoolExecutor threads, Health health) {
        this.settings = settings;
        this.server = server;
        this.threads = threads;
        this.health = health;
    }

    private static void setIfAbsent(String property, String value) {
        if (System.getProperty(property) == null) {
            System.setProperty(property, value);
        }
    }

    /**
     * Binds and serves.
     *
     * @throws ConsoleException where the port can not be had
     */
    public static ConsoleServer start(Settings settings) {
        HttpServer server;
        InetSocketAddress address = new InetSocketAddress(settings.host(), settings.port());
        try {
            server = HttpServer.create(address, BACKLOG);
        } catch (IOException | RuntimeException e) {
            throw new ConsoleException(
                    "the console can not listen on %s:%d: %s: use another port, or stop who has it"
                            .formatted(settings.host(), settings.port(), e.getMessage()),
                    e);
        }
        AtomicInteger number = new AtomicInteger();
        ThreadPoolExecutor threads = new ThreadPoolExecutor(
                THREADS, THREADS, 0, TimeUnit.SECONDS, new ArrayBlockingQueue<>(MAX_WAITING), task -> {
                    Thread thread = new Thread(task, "console-" + number.getAndIncrement());
                    thread.setDaemon(true);
                    return thread;
                });
        Health health = new Health();
        boolean local = address.getAddress() != null && address.getAddress().isLoopbackAddress();
        server.createContext(
                "/",
                new ConsoleHandler(
                        new PageFiles(),
                        new Answers(settings.data(), health),
                        local ? HostRule.localOnly(settings.host()) : HostRule.any()));
        server.setExecutor(threads);
        health.follow(settings.shards());
        health.begin();
        server.start();
        ConsoleServer console = new ConsoleServer(settings, server, threads, health);
        LOG.info("console on {}, data in {}", console.url(), settings.data());
        return console;
    }

    /**
     * Asks these shards how they are from now on, in place of others.
     *
     * @param shards {@code host:port} in shard order
     */
    public void follow(List<String> shards) {
        health.follow(shards);
    }

    /** Asks the shards a last time, and shows what they said: before they end. Waits for their answers, 10 seconds at most. */
    public void leave() {
        health.leave();
    }

    public int port() {
        return server.getAddress().getPort();
    }

    /** Where a browser on this machine finds it. */
    public String url() {
        InetAddress bound = server.getAddress().getAddress();
        String host = bound.isAnyLocalAddress() ? "127.0.0.1" : settings.host();
        return "http://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + port() + "/";
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
        health.close();
    }
}
