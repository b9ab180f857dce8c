package dev.portcullis.streams;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class CarriedStreamsTest {
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5); // nanoTime may run over
    private final CarriedStreams streams = new CarriedStreams(2, nanos::get);

    @BeforeEach
    void listen() {
        log.start();
        ((Logger) LoggerFactory.getLogger(CarriedStreams.class)).addAppender(log);
    }

    @AfterEach
    void stop() {
        ((Logger) LoggerFactory.getLogger(CarriedStreams.class)).detachAppender(log);
    }

    @Test
    void a_node_carries_no_more_rooms_than_an_eighth_of_its_heap_has_room_for() {
        long mib = 1 << 20;
        assertThat(CarriedStreams.roomFor(128 * mib)).isEqualTo(6_710);
        assertThat(CarriedStreams.roomFor(1_024 * mib)).isEqualTo(53_687);
        assertThat(CarriedStreams.roomFor(8 * mib)).isEqualTo(1_000);
        assertThat(CarriedStreams.roomFor(Long.MAX_VALUE)).isEqualTo(Integer.MAX_VALUE);
    }

    @Test
    void who_was_refused_took_nothing_and_what_is_given_back_is_free() {
        assertThat(streams.take()).isTrue();
        assertThat(streams.take()).isTrue();
        assertThat(streams.take()).isFalse();
        assertThat(streams.take()).isFalse();
        streams.giveBack();
        assertThat(streams.take()).isTrue();
        assertThat(streams.take()).isFalse();
    }

    /** Whoever tries again and again must not fill the disk (CWE-779). */
    @Test
    void a_refusal_is_said_once_in_ten_seconds_with_how_often_it_was_not() {
        assertThat(streams.take()).isTrue();
        for (int i = 0; i < 100; i++) {
            streams.tellRefused();
        }
        assertThat(log.list).hasSize(1);
        nanos.addAndGet(TimeUnit.SECONDS.toNanos(10) - 1);
        streams.tellRefused();
        assertThat(log.list).hasSize(1);
        nanos.addAndGet(1);
        streams.tellRefused();
        assertThat(log.list).extracting(ILoggingEvent::getLevel).containsExactly(Level.WARN, Level.WARN);
        assertThat(values(log.list.get(0)))
                .containsExactly("event=\"rooms.full\"", "carried=\"1\"", "roomFor=\"2\"", "unsaid=\"0\"");
        assertThat(values(log.list.get(1))).contains("unsaid=\"100\"");
    }

    private static List<String> values(ILoggingEvent line) {
        return line.getKeyValuePairs().stream().map(String::valueOf).toList();
    }
}
