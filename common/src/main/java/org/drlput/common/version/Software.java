package org.drlput.common.version;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/** What this software is, as manifests and reports name it. */
public final class Software {
    private static final String UNKNOWN = "unknown";
    private static final String VERSION = read();

    private Software() {}

    /** {@code <version>+<commit>}; the commit is {@code unknown} where it was built outside of its repository. */
    public static String version() {
        return VERSION;
    }

    private static String read() {
        Properties properties = new Properties();
        try (InputStream in = Software.class.getResourceAsStream("/org/drlput/common/software.properties")) {
            if (in != null) {
                properties.load(in);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return properties.getProperty("git.build.version", UNKNOWN)
                + "+"
                + properties.getProperty("git.commit.id.abbrev", UNKNOWN);
    }
}
