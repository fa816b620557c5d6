package org.drlput.server.console;

import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which names a browser may call the console by. On the loopback interface only this machine's own: else a web page from elsewhere
 * whose name was made to lead here could read what the console shows.
 */
final class HostRule {
    private static final Set<String> LOCAL = Set.of("localhost", "127.0.0.1", "[::1]");

    private final @Nullable String host;

    private HostRule(@Nullable String host) {
        this.host = host;
    }

    /** This machine's names, and the one that the console was told to bind to. */
    static HostRule localOnly(String host) {
        return new HostRule(host.contains(":") ? "[" + host + "]" : host);
    }

    static HostRule any() {
        return new HostRule(null);
    }

    /** @param header {@code Host} of a request; its port does not matter: tunnels have others */
    boolean allows(@Nullable String header) {
        if (host == null) {
            return true;
        }
        if (header == null) {
            return false;
        }
        String name = header.replaceFirst(":\\d*$", "").toLowerCase(Locale.ROOT);
        return LOCAL.contains(name) || name.equals(host.toLowerCase(Locale.ROOT));
    }
}
