package dev.portcullis.audit;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.StackTraceElementProxy;
import ch.qos.logback.core.filter.Filter;
import ch.qos.logback.core.spi.FilterReply;
import java.util.Arrays;

/**
 * Leaves out one complaint of Vert.x's: that of a message which met a connection of the bus that had just ended, it could
 * not tell the sender so a second time. It comes with a trace for each message; who went, the cluster says itself.
 */
public final class BusNoise extends Filter<ILoggingEvent> {
    private static final String TOLD_TWICE = IllegalStateException.class.getName();
    private static final String PROMISE = "io.vertx.core.Promise";
    private static final String CONNECTION = "io.vertx.core.eventbus.impl.clustered.OutboundConnection";

    @Override
    public FilterReply decide(ILoggingEvent event) {
        IThrowableProxy thrown = event.getThrowableProxy();
        return thrown != null && thrown.getClassName().equals(TOLD_TWICE) && isOfABusConnection(thrown)
                ? FilterReply.DENY
                : FilterReply.NEUTRAL;
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
