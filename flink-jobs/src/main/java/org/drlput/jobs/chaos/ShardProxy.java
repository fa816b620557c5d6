package org.drlput.jobs.chaos;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Stands between the workers and a shard, so that their connections can be cut, refused, delayed and stalled. Two threads a
 * connection; steered from any thread.
 */
final class ShardProxy implements AutoCloseable {
    private static final int BUFFER_BYTES = 64 << 10;
    private static final int CONNECT_MILLIS = 2000;
    private static final int STALL_CHECK_MILLIS = 20;

    private final InetSocketAddress target;
    private final ServerSocket server;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private volatile long refusedUntilMillis;
    private volatile long stalledUntilMillis;
    private volatile long delayedUntilMillis;
    private volatile int delayMillis;
    private volatile boolean closed;

    ShardProxy(String targetHost, int targetPort) throws IOException {
        target = new InetSocketAddress(targetHost, targetPort);
        server = new ServerSocket(0, 50, InetAddress.getByName(targetHost));
        daemon("proxy-accept", this::accept);
    }

    String address() {
        return target.getHostString() + ":" + server.getLocalPort();
    }

    /** Resets every connection, and refuses new ones for a while. */
    void cut(long millis) {
        refusedUntilMillis = System.currentTimeMillis() + millis;
        open.forEach(this::reset);
    }

    /** What comes waits for so long before it goes on, for a while. */
    void delay(int eachMillis, long millis) {
        delayMillis = eachMillis;
        delayedUntilMillis = System.currentTimeMillis() + millis;
    }

    /** Nothing goes on for a while, and connections stay. */
    void stall(long millis) {
        stalledUntilMillis = System.currentTimeMillis() + millis;
    }

    private void accept() {
        while (!closed) {
            try {
                connect(server.accept());
            } catch (IOException e) {
                // closed, or a connection that broke at once: the next one
            }
        }
    }

    private void connect(Socket client) {
        open.add(client);
        if (System.currentTimeMillis() < refusedUntilMillis) {
            reset(client);
            return;
        }
        Socket shard = new Socket();
        try {
            client.setTcpNoDelay(true);
            shard.setTcpNoDelay(true);
            shard.connect(target, CONNECT_MILLIS);
        } catch (IOException e) {
            // the shard is down: as its own port would, refuse
            reset(client);
            reset(shard);
            return;
        }
        open.add(shard);
        daemon("proxy-up", () -> forward(client, shard));
        daemon("proxy-down", () -> forward(shard, client));
    }

    private void forward(Socket from, Socket to) {
        byte[] buffer = new byte[BUFFER_BYTES];
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                hold();
                out.write(buffer, 0, n);
            }
        } catch (IOException e) {
            // either end went away: so does the other
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        reset(from);
        reset(to);
    }

    private void hold() throws InterruptedException {
        if (System.currentTimeMillis() < delayedUntilMillis) {
            Thread.sleep(delayMillis);
        }
        while (System.currentTimeMillis() < stalledUntilMillis) {
            Thread.sleep(STALL_CHECK_MILLIS);
        }
    }

    private void reset(Socket socket) {
        open.remove(socket);
        abort(socket);
    }

    private static void abort(Socket socket) {
        try {
            socket.setSoLinger(true, 0);
            socket.close();
        } catch (IOException e) {
            // it is closed already
        }
    }

    private static void daemon(String name, Runnable body) {
        Thread thread = new Thread(body, name);
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        closed = true;
        server.close();
        open.forEach(this::reset);
    }
}
