package dev.portcullis.audit.logging;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.StackTraceElementProxy;
import ch.qos.logback.core.filter.Filter;
import ch.qos.logback.core.spi.FilterReply;
import java.util.Arrays;
import javax.net.ssl.SSLHandshakeException;

/**
 * Drops two errors of Vert.x, which it logs with a stack trace for each message or attempt. First, a message for a bus
 * connection that has just ended: Vert.x fails its promise a second time. Second, a bus connection that found an
 * untrusted certificate. The cluster logs lost nodes and untrusted certificates itself.
 */
public final class EventBusLogFilter extends Filter<ILoggingEvent> {
    private static final String ALREADY_FAILED = IllegalStateException.class.getName();
    private static final String UNTRUSTED = SSLHandshakeException.class.getName();
    private static final String BUS = "io.vertx.core.eventbus.impl.clustered.ClusteredEventBus";
    private static final String PROMISE = "io.vertx.core.Promise";
    private static final String CONNECTION = "io.vertx.core.eventbus.impl.clustered.OutboundConnection";

    @Override
    public FilterReply decide(ILoggingEvent event) {
        IThrowableProxy thrown = event.getThrowableProxy();
        return thrown != null && (isSecondFailure(thrown) || isUntrusted(event, thrown))
                ? FilterReply.DENY
                : FilterReply.NEUTRAL;
    }

    private static boolean isUntrusted(ILoggingEvent event, IThrowableProxy thrown) {
        return event.getLoggerName().equals(BUS) && thrown.getClassName().equals(UNTRUSTED);
    }

    private static boolean isSecondFailure(IThrowableProxy thrown) {
        return thrown.getClassName().equals(ALREADY_FAILED) && isFromBusConnection(thrown);
    }

    private static boolean isFromBusConnection(IThrowableProxy thrown) {
        StackTraceElementProxy[] frames = thrown.getStackTraceElementProxyArray();
        return frames.length > 0
                && isIn(PROMISE, frames[0])
                && Arrays.stream(frames).anyMatch(frame -> isIn(CONNECTION, frame));
    }

    private static boolean isIn(String type, StackTraceElementProxy frame) {
        return frame.getStackTraceElement().getClassName().equals(type);
    }
}
