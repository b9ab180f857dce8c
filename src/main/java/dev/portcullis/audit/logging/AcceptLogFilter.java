package dev.portcullis.audit.logging;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.core.filter.Filter;
import ch.qos.logback.core.spi.FilterReply;
import java.util.Optional;

/**
 * Drops what Netty logs each second for each listener while no connection can be accepted, which clients can cause. Our own
 * event is throttled, and names the cause.
 */
public final class AcceptLogFilter extends Filter<ILoggingEvent> {
    private static final String PIPELINE = "io.netty.channel.DefaultChannelPipeline";
    private static final String EPOLL = "accept(..) failed";
    private static final String NIO = "Too many open files";

    @Override
    public FilterReply decide(ILoggingEvent event) {
        return event.getLoggerName().equals(PIPELINE) && isOfAccept(event.getThrowableProxy())
                ? FilterReply.DENY
                : FilterReply.NEUTRAL;
    }

    private static boolean isOfAccept(IThrowableProxy thrown) {
        return Optional.ofNullable(thrown)
                .map(IThrowableProxy::getMessage)
                .filter(message -> message.startsWith(EPOLL) || message.equals(NIO))
                .isPresent();
    }
}
