package dev.portcullis.audit.logging;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.joran.JoranConfigurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxy;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.joran.spi.JoranException;
import ch.qos.logback.core.spi.FilterReply;
import java.io.IOException;
import java.util.List;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;

/** The filters of the released log configuration. */
class LibraryLogFilterTest {
    private static final StackTraceElement PROMISE =
            new StackTraceElement("io.vertx.core.Promise", "fail", "Promise.java", 104);
    private static final StackTraceElement CONNECTION = new StackTraceElement(
            "io.vertx.core.eventbus.impl.clustered.OutboundConnection", "writeMessage", "OutboundConnection.java", 86);
    private static final StackTraceElement WAITING = new StackTraceElement(
            "io.vertx.core.net.impl.DelegatingChannelPromise", "tryFailure", "DelegatingChannelPromise.java", 130);
    private static final StackTraceElement OURS =
            new StackTraceElement("dev.portcullis.bus.QuestionResponder", "act", "QuestionResponder.java", 70);

    private final LoggerContext released = new LoggerContext();
    private Appender<ILoggingEvent> console;

    @BeforeEach
    void read() throws JoranException {
        JoranConfigurator configurator = new JoranConfigurator();
        configurator.setContext(released);
        configurator.doConfigure(LibraryLogFilterTest.class.getResource("/logback.xml"));
        console = released.getLogger(Logger.ROOT_LOGGER_NAME).getAppender("JSON");
    }

    @AfterEach
    void close() {
        released.stop();
    }

    @Test
    void second_failure_of_a_promise_on_a_dead_bus_connection_is_dropped() {
        assertThat(reply(new IllegalStateException(), PROMISE, CONNECTION, OURS))
                .isEqualTo(FilterReply.DENY);
        assertThat(reply(new IllegalStateException(), PROMISE, WAITING))
                .as("one of many that waited while the node stood still")
                .isEqualTo(FilterReply.DENY);
    }

    @Test
    void untrusted_certificate_on_the_bus_is_dropped() {
        assertThat(untrusted("io.vertx.core.eventbus.impl.clustered.ClusteredEventBus"))
                .isEqualTo(FilterReply.DENY);
        assertThat(untrusted("io.vertx.core.net.impl.NetClientImpl"))
                .as("other loggers are not filtered")
                .isEqualTo(FilterReply.NEUTRAL);
    }

    @Test
    void any_other_failure_is_logged() {
        assertThat(reply(new IllegalStateException(), PROMISE, OURS)).isEqualTo(FilterReply.NEUTRAL);
        assertThat(reply(new IllegalStateException(), OURS, CONNECTION)).isEqualTo(FilterReply.NEUTRAL);
        assertThat(reply(new IllegalStateException())).isEqualTo(FilterReply.NEUTRAL);
        assertThat(reply(new IllegalArgumentException(), PROMISE, CONNECTION)).isEqualTo(FilterReply.NEUTRAL);
        assertThat(console.getFilterChainDecision(event())).isEqualTo(FilterReply.NEUTRAL);
    }

    /**
     * Clients can cause both at will: a socket that is evicted before its event loop registers it, and a close frame
     * that is not read.
     */
    @Test
    void warnings_that_clients_can_cause_at_will_are_disabled() {
        for (String name : List.of("io.netty.bootstrap.ServerBootstrap", "io.netty.util.concurrent.DefaultPromise")) {
            assertThat(released.getLogger(name).isWarnEnabled()).as(name).isFalse();
            assertThat(released.getLogger(name).isErrorEnabled()).as(name).isTrue();
        }
    }

    /** A service that answers malformed, or ends in the middle of a body, would write as many lines as it gets calls. */
    @Test
    void errors_that_outgoing_services_can_cause_at_will_are_disabled() {
        for (String name :
                List.of("io.vertx.core.net.impl.ConnectionBase", "io.vertx.core.http.impl.HttpClientResponseImpl")) {
            assertThat(released.getLogger(name).isErrorEnabled()).as(name).isFalse();
        }
    }

    @Test
    void what_netty_logs_each_second_while_nothing_can_be_accepted_is_dropped() {
        for (String message :
                List.of("accept(..) failed with error(-24): Too many open files", "Too many open files")) {
            assertThat(inPipeline(new IOException(message))).as(message).isEqualTo(FilterReply.DENY);
        }
        assertThat(inPipeline(new IOException("Broken pipe"))).isEqualTo(FilterReply.NEUTRAL);
        assertThat(inPipeline(new IOException())).isEqualTo(FilterReply.NEUTRAL);
    }

    private FilterReply inPipeline(IOException failure) {
        LoggingEvent event = event();
        event.setLoggerName("io.netty.channel.DefaultChannelPipeline");
        event.setThrowableProxy(new ThrowableProxy(failure));
        return console.getFilterChainDecision(event);
    }

    private FilterReply untrusted(String logger) {
        LoggingEvent event = event();
        event.setLoggerName(logger);
        event.setThrowableProxy(new ThrowableProxy(new SSLHandshakeException("Failed to create SSL connection")));
        return console.getFilterChainDecision(event);
    }

    private FilterReply reply(RuntimeException failure, StackTraceElement... frames) {
        failure.setStackTrace(frames);
        LoggingEvent event = event();
        event.setThrowableProxy(new ThrowableProxy(failure));
        return console.getFilterChainDecision(event);
    }

    private static LoggingEvent event() {
        LoggingEvent event = new LoggingEvent();
        event.setLoggerName("io.vertx.core.impl.ContextImpl");
        event.setLevel(Level.ERROR);
        event.setMessage("Unhandled exception");
        return event;
    }
}
