package dev.portcullis.edge.tcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.netty.channel.embedded.EmbeddedChannel;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class AcceptFailuresTest {
    private final Logger logger = (Logger) LoggerFactory.getLogger(AcceptFailures.class);
    private final ListAppender<ILoggingEvent> logged = new ListAppender<>();

    @BeforeEach
    void listen() {
        logged.start();
        logger.addAppender(logged);
    }

    @AfterEach
    void stop() {
        logger.detachAppender(logged);
    }

    @Test
    void failures_to_accept_are_logged_once_with_their_cause_and_reach_the_acceptor() {
        EmbeddedChannel listener = new EmbeddedChannel(new AcceptFailures());
        for (int i = 0; i < 5; i++) {
            listener.pipeline().fireExceptionCaught(new IOException("Too many open files"));
        }

        assertThat(logged.list)
                .singleElement()
                .satisfies(line -> assertThat(line.getKeyValuePairs())
                        .extracting(pair -> pair.key + "=" + pair.value)
                        .contains("event=accept.failed", "cause=Too many open files"));
        assertThatThrownBy(listener::checkException).hasMessage("Too many open files");
    }
}
