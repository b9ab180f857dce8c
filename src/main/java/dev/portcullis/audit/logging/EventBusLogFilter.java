package dev.portcullis.audit.logging;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.StackTraceElementProxy;
import ch.qos.logback.core.filter.Filter;
import ch.qos.logback.core.spi.FilterReply;
import java.util.Arrays;
import javax.net.ssl.SSLHandshakeException;

/**
 * Leaves out two complaints of Vert.x's, which come with a trace for each message or attempt: of a message which met a
 * connection of the bus that had just ended it could not tell the sender so a second time, and a connection of the bus found
 * a certificate that it does not trust. Who went and who is not trusted the cluster says itself.
 */
public final class EventBusLogFilter extends Filter<ILoggingEvent> {
    private static final String TOLD_TWICE = IllegalStateException.class.getName();
    private static final String UNTRUSTED = SSLHandshakeException.class.getName();
    private static final String BUS = "io.vertx.core.eventbus.impl.clustered.ClusteredEventBus";
    private static final String PROMISE = "io.vertx.core.Promise";
    private static final String CONNECTION = "io.vertx.core.eventbus.impl.clustered.OutboundConnection";

    @Override
    public FilterReply decide(ILoggingEvent event) {
        IThrowableProxy thrown = event.getThrowableProxy();
        return thrown != null && (isToldTwice(thrown) || isUntrusted(event, thrown))
                ? FilterReply.DENY
                : FilterReply.NEUTRAL;
    }

    private static boolean isUntrusted(ILoggingEvent event, IThrowableProxy thrown) {
        return event.getLoggerName().equals(BUS) && thrown.getClassName().equals(UNTRUSTED);
    }

    private static boolean isToldTwice(IThrowableProxy thrown) {
        return thrown.getClassName().equals(TOLD_TWICE) && isOfABusConnection(thrown);
    }

    private static boolean isOfABusConnection(IThrowableProxy thrown) {
        StackTraceElementProxy[] frames = thrown.getStackTraceElementProxyArray();
        return frames.length > 0
                && isIn(PROMISE, frames[0])
                && Arrays.stream(frames).anyMatch(frame -> isIn(CONNECTION, frame));
    }

    private static boolean isIn(String type, StackTraceElementProxy frame) {
        return frame.getStackTraceElement().getClassName().equals(type);
    }
}
