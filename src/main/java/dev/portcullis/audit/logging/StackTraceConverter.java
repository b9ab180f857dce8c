package dev.portcullis.audit.logging;

import ch.qos.logback.classic.pattern.ThrowableHandlingConverter;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.StackTraceElementProxy;
import org.jspecify.annotations.Nullable;

/** Prints the classes and frames of a throwable, never its messages, which quote input (CWE-532). */
public final class StackTraceConverter extends ThrowableHandlingConverter {
    private static final int FRAMES = 40;
    private static final int CAUSES = 5;

    @Override
    public String convert(ILoggingEvent event) {
        StringBuilder out = new StringBuilder();
        IThrowableProxy thrown = event.getThrowableProxy();
        for (int depth = 0; thrown != null && depth < CAUSES; depth++) {
            out.append(depth == 0 ? "" : "\ncaused by ").append(thrown.getClassName());
            append(out, thrown.getStackTraceElementProxyArray());
            thrown = thrown.getCause();
        }
        return out.toString();
    }

    private static void append(StringBuilder out, StackTraceElementProxy @Nullable [] frames) {
        if (frames == null) {
            return;
        }
        for (int i = 0; i < Math.min(frames.length, FRAMES); i++) {
            out.append("\n  ").append(frames[i].getSTEAsString());
        }
    }
}
