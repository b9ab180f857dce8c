package dev.portcullis.audit.logging;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.OutputStreamAppender;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.slf4j.LoggerFactory;

/** Configures the log of this process once its configuration is read. */
public final class LogContext {
    private static final String CONSOLE = "JSON";
    private static final Path ERROR_STREAM = Path.of("/proc/self/fd/2");
    private static final Pattern TERMINAL = Pattern.compile("/dev/(?:pts/[0-9]+|tty[A-Za-z0-9]*|console)");
    private static final List<String> LIBRARIES = List.of("io.netty", "io.vertx", "com.hazelcast");

    private LogContext() {}

    /** Sets where the trace of the work under way is asked for, if there are traces. Applies to the whole process. */
    public static void setTraceIds(Supplier<Optional<String>> ofCurrentWork) {
        TraceIdProvider.ask(ofCurrentWork);
    }

    /** Sets the node name of each line; before, it is the system property {@code portcullis.node}. */
    public static void setNodeName(String node) {
        if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
            context.putProperty(NodeNameProvider.NODE, node);
        }
    }

    /** Applies to the whole process. */
    public static void apply(LogConfig config) {
        if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
            apply(context, config, isTerminal());
        }
    }

    /** Silences libraries for interactive commands, which report failures themselves. */
    public static void silenceLibraries() {
        if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
            LIBRARIES.forEach(library -> context.getLogger(library).setLevel(Level.OFF));
        }
    }

    public static void apply(LoggerContext context, LogConfig config, boolean terminal) {
        Level level = Level.valueOf(config.level().name());
        context.getLogger("dev.portcullis").setLevel(level);
        context.getLogger(Logger.ROOT_LOGGER_NAME).setLevel(atLeast(Level.INFO, level));
        Level ofLibraries = atLeast(Level.WARN, level); // they log what clients send at debug (CWE-532)
        LIBRARIES.forEach(library -> context.getLogger(library).setLevel(ofLibraries));
        boolean text =
                config.format() == LogConfig.Format.TEXT || (config.format() == LogConfig.Format.AUTO && terminal);
        Appender<ILoggingEvent> appender =
                context.getLogger(Logger.ROOT_LOGGER_NAME).getAppender(CONSOLE);
        if (text && appender instanceof OutputStreamAppender<ILoggingEvent> console) {
            TextEncoder lines = new TextEncoder();
            lines.setContext(context);
            lines.start();
            console.setEncoder(lines);
        }
    }

    private static Level atLeast(Level floor, Level level) {
        return level.isGreaterOrEqual(floor) ? level : floor;
    }

    /** Reads the device: the JDK recognises a terminal only if the other two streams are terminals too. */
    private static boolean isTerminal() {
        try {
            return isTerminal(Files.readSymbolicLink(ERROR_STREAM).toString());
        } catch (IOException | UnsupportedOperationException unsupported) {
            return false; // unknown device: JSON
        }
    }

    public static boolean isTerminal(String device) {
        return TERMINAL.matcher(device).matches();
    }
}
