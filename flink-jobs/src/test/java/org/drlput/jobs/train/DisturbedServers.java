package org.drlput.jobs.train;

import com.google.protobuf.InvalidProtocolBufferException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.drlput.common.wire.v1.CaptureReply;
import org.drlput.common.wire.v1.CaptureRequest;
import org.drlput.common.wire.v1.OpenRequest;
import org.drlput.jobs.train.ShardProxy.Fate;
import org.drlput.server.ShardServer;
import org.jspecify.annotations.Nullable;

/**
 * A parameter server that things happen to: each shard behind a {@link ShardProxy}, and disturbances at chosen calls. A shard that
 * is killed is started again on its data.
 */
final class DisturbedServers implements AutoCloseable {
    /** Something that happens once, at the n-th call of a method that it is about. */
    static final class Disturbance {
        private final String name;
        private final When when;
        private final AtomicInteger left;
        private final Happening happening;
        private volatile boolean happened;

        private Disturbance(String name, When when, int nth, Happening happening) {
            this.name = name;
            this.when = when;
            this.left = new AtomicInteger(nth);
            this.happening = happening;
        }

        boolean happened() {
            return happened;
        }

        @Override
        public String toString() {
            return name + (happened ? "" : " (did not happen)");
        }

        /** Whether it is now. */
        private boolean due(Call call) {
            if (happened || !when.matches(call) || left.decrementAndGet() != 0) {
                return false;
            }
            happened = true;
            return true;
        }
    }

    /** @param answer null before there is one */
    record Call(int shard, String method, byte[] request, byte @Nullable [] answer) {
        boolean is(String wanted) {
            return method.equals(wanted);
        }

        boolean asked() {
            return answer == null;
        }

        CaptureRequest capture() {
            try {
                return CaptureRequest.parseFrom(request);
            } catch (InvalidProtocolBufferException e) {
                throw new IllegalStateException(e);
            }
        }

        /** Of an {@code Open}. */
        long generation() {
            try {
                return OpenRequest.parseFrom(request).getGeneration();
            } catch (InvalidProtocolBufferException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    /** Which calls. */
    interface When {
        boolean matches(Call call);
    }

    /** What happens, on a thread of its own, while the call goes on; its fate, of a request. */
    interface Happening {
        Fate at(Call call);
    }

    private final Path data;
    private final List<ShardServer> servers = new CopyOnWriteArrayList<>();
    private final List<ShardProxy> proxies = new ArrayList<>();
    private final List<Disturbance> disturbances = new CopyOnWriteArrayList<>();
    private final ExecutorService killer = Executors.newSingleThreadExecutor();
    private volatile int declines;

    DisturbedServers(Path data, int shards) throws IOException {
        this.data = data;
        for (int shard = 0; shard < shards; shard++) {
            servers.add(ShardServer.start(ShardServer.Settings.embedded(shard, shards, data)));
            proxies.add(new ShardProxy(servers.get(shard).address(), new Disturbing(shard)));
        }
    }

    List<String> addresses() {
        return proxies.stream().map(ShardProxy::address).toList();
    }

    Disturbance add(String name, When when, int nth, Happening happening) {
        Disturbance added = new Disturbance(name, when, nth, happening);
        disturbances.add(added);
        return added;
    }

    List<Disturbance> disturbances() {
        return List.copyOf(disturbances);
    }

    /** The next so many questions after captures are answered by a refusal. */
    void declineNext(int questions) {
        declines = questions;
    }

    /** Kills a shard and starts it again, from a thread of its own: calls of a proxy may not wait for it. */
    void kill(int shard) {
        killer.execute(() -> {
            servers.get(shard).close();
            servers.set(shard, ShardServer.start(ShardServer.Settings.embedded(shard, servers.size(), data)));
            proxies.get(shard).turnTo(servers.get(shard).address());
        });
    }

    /** Makes a task of the job fail: one whose thread's name begins so. */
    void killTask(String name) {
        killer.execute(() -> Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith(name))
                .findFirst()
                .ifPresent(Thread::interrupt));
    }

    @Override
    public void close() {
        killer.shutdownNow();
        proxies.forEach(ShardProxy::close);
        servers.forEach(ShardServer::close);
    }

    private final class Disturbing implements ShardProxy.Weather {
        private final int shard;

        Disturbing(int shard) {
            this.shard = shard;
        }

        @Override
        public Fate request(String method, byte[] first) {
            Call call = new Call(shard, method, first, null);
            for (Disturbance disturbance : disturbances) {
                if (disturbance.due(call)) {
                    Fate fate = disturbance.happening.at(call);
                    if (fate != Fate.PASS) {
                        return fate;
                    }
                }
            }
            return Fate.PASS;
        }

        @Override
        public byte[] answer(String method, byte[] request, byte[] answer) {
            Call call = new Call(shard, method, request, answer);
            for (Disturbance disturbance : disturbances) {
                if (disturbance.due(call)) {
                    disturbance.happening.at(call);
                }
            }
            if (method.equals("AwaitCapture") && declines > 0) {
                declines--;
                return CaptureReply.newBuilder()
                        .setDeclined("the disk is full")
                        .build()
                        .toByteArray();
            }
            return answer;
        }
    }
}
