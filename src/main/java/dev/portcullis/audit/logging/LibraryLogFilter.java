package dev.portcullis.audit.logging;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.StackTraceElementProxy;
import ch.qos.logback.core.filter.Filter;
import ch.qos.logback.core.spi.FilterReply;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.SSLHandshakeException;

/**
 * Drops errors that libraries log with a stack trace each time, and that clients or peers can cause at will. Our own
 * events about the same name the cause, and are throttled.
 */
public final class LibraryLogFilter extends Filter<ILoggingEvent> {
    private static final String BUS = "io.vertx.core.eventbus.impl.clustered.ClusteredEventBus";
    private static final String PROMISE = "io.vertx.core.Promise";
    private static final Set<String> WRITERS = Set.of(
            "io.vertx.core.eventbus.impl.clustered.OutboundConnection",
            "io.vertx.core.net.impl.DelegatingChannelPromise");
    private static final String PIPELINE = "io.netty.channel.DefaultChannelPipeline";
    private static final String EPOLL = "accept(..) failed";
    private static final String NIO = "Too many open files";

    @Override
    public FilterReply decide(ILoggingEvent event) {
        IThrowableProxy thrown = event.getThrowableProxy();
        return thrown != null && (isSecondFailure(thrown) || isUntrusted(event, thrown) || isOfAccept(event, thrown))
                ? FilterReply.DENY
                : FilterReply.NEUTRAL;
    }

    /** A message for a bus connection that has just ended, or that waited for it: Vert.x fails its promise a second time. */
    private static boolean isSecondFailure(IThrowableProxy thrown) {
        StackTraceElementProxy[] frames = thrown.getStackTraceElementProxyArray();
        return isOf(IllegalStateException.class, thrown)
                && frames.length > 0
                && classOf(frames[0]).equals(PROMISE)
                && Arrays.stream(frames).anyMatch(frame -> WRITERS.contains(classOf(frame)));
    }

    /** A bus connection that found an untrusted certificate. */
    private static boolean isUntrusted(ILoggingEvent event, IThrowableProxy thrown) {
        return event.getLoggerName().equals(BUS) && isOf(SSLHandshakeException.class, thrown);
    }

    /** Each second for each listener, while no connection can be accepted. */
    private static boolean isOfAccept(ILoggingEvent event, IThrowableProxy thrown) {
        return event.getLoggerName().equals(PIPELINE)
                && Optional.ofNullable(thrown.getMessage())
                        .filter(message -> message.startsWith(EPOLL) || message.equals(NIO))
                        .isPresent();
    }

    private static boolean isOf(Class<?> type, IThrowableProxy thrown) {
        return thrown.getClassName().equals(type.getName());
    }

    private static String classOf(StackTraceElementProxy frame) {
        return frame.getStackTraceElement().getClassName();
    }
}
