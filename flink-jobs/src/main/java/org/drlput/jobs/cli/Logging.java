package org.drlput.jobs.cli;

import java.nio.file.Path;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.Appender;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.appender.FileAppender;
import org.apache.logging.log4j.core.config.Configuration;
import org.apache.logging.log4j.core.config.Configurator;
import org.apache.logging.log4j.core.config.Property;
import org.apache.logging.log4j.core.config.builder.api.ConfigurationBuilderFactory;
import org.apache.logging.log4j.core.layout.PatternLayout;

/**
 * Where log lines go: everything to {@code drlput.log} of a run directory, warnings of DRL-PUT itself to the terminal, nothing
 * of Flink or gRPC there. A Log4j configuration that the user names with {@code log4j2.configurationFile} is left alone.
 */
final class Logging implements AutoCloseable {
    static final String FILE = "drlput.log";

    private static final String USERS_CONFIGURATION = "log4j2.configurationFile";
    private static final String PATTERN = "%d{yyyy-MM-dd'T'HH:mm:ss.SSSX}{UTC} %-5level %logger{1} [%t] %m%n%ex";
    private static final String OWN = "org.drlput";

    private final Appender appender;

    private Logging(Appender appender) {
        this.appender = appender;
    }

    /** Quiet until told where to write. Call first of all, once per process. */
    static void start(Terminal terminal) {
        if (System.getProperty(USERS_CONFIGURATION) != null) {
            return;
        }
        var builder = ConfigurationBuilderFactory.newConfigurationBuilder();
        builder.setStatusLevel(Level.ERROR);
        builder.add(builder.newRootLogger(Level.INFO));
        Configurator.reconfigure(builder.build(false));
        add(new Warnings(terminal));
    }

    /** Also writes to {@code drlput.log} of this directory, which is there, until closed. */
    static Logging toDirectory(Path directory) {
        return new Logging(add(FileAppender.newBuilder()
                .setName("run")
                .withFileName(directory.resolve(FILE).toString())
                .setLayout(PatternLayout.newBuilder().withPattern(PATTERN).build())
                .build()));
    }

    /** For a server: all lines of DRL-PUT, and warnings of others, to the terminal. */
    static Logging toTerminal(Terminal terminal) {
        return new Logging(add(new Lines(terminal)));
    }

    private static Appender add(Appender appender) {
        appender.start();
        LoggerContext context = LoggerContext.getContext(false);
        Configuration configuration = context.getConfiguration();
        configuration.addAppender(appender);
        configuration.getRootLogger().addAppender(appender, Level.INFO, null);
        context.updateLoggers();
        return appender;
    }

    @Override
    public void close() {
        LoggerContext context = LoggerContext.getContext(false);
        context.getConfiguration().getRootLogger().removeAppender(appender.getName());
        context.updateLoggers();
        appender.stop();
    }

    /** Warnings of DRL-PUT, one readable line each, above the progress. */
    private static final class Warnings extends AbstractAppender {
        private final Terminal terminal;

        Warnings(Terminal terminal) {
            super("terminal-warnings", null, null, true, Property.EMPTY_ARRAY);
            this.terminal = terminal;
        }

        @Override
        public void append(LogEvent event) {
            if (event.getLevel().isMoreSpecificThan(Level.WARN)
                    && event.getLoggerName().startsWith(OWN)) {
                terminal.error(
                        "warning: " + ErrorBlock.printable(event.getMessage().getFormattedMessage()));
            }
        }
    }

    private static final class Lines extends AbstractAppender {
        private final Terminal terminal;
        private final PatternLayout layout =
                PatternLayout.newBuilder().withPattern(PATTERN).build();

        Lines(Terminal terminal) {
            super("terminal-lines", null, null, true, Property.EMPTY_ARRAY);
            this.terminal = terminal;
        }

        @Override
        public void append(LogEvent event) {
            boolean own = event.getLoggerName().startsWith(OWN);
            if (event.getLevel().isMoreSpecificThan(own ? Level.INFO : Level.WARN)) {
                terminal.line(layout.toSerializable(event).stripTrailing());
            }
        }
    }
}
