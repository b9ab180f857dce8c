package dev.portcullis.streams.delivery;

import static dev.portcullis.streams.delivery.HubMemory.STREAM_BYTES;
import static dev.portcullis.streams.delivery.HubMemory.SUBSCRIBER_BYTES;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class HubMemoryTest {
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5); // nanoTime may overflow
    private final HubMemory memory = new HubMemory(2L * STREAM_BYTES + SUBSCRIBER_BYTES, nanos::get);

    @BeforeEach
    void listen() {
        log.start();
        ((Logger) LoggerFactory.getLogger(HubMemory.class)).addAppender(log);
    }

    @AfterEach
    void stop() {
        ((Logger) LoggerFactory.getLogger(HubMemory.class)).detachAppender(log);
    }

    /** Otherwise forty users with the maximum of rooms could keep all others out. */
    @Test
    void quarter_of_the_memory_is_reserved_for_clients_that_follow_few() {
        HubMemory shared = new HubMemory(100L * STREAM_BYTES, nanos::get);
        int greedy = 0;
        while (shared.acquireStream(false)) {
            greedy++;
        }
        assertThat(greedy).isEqualTo(75);
        assertThat(shared.acquireSubscriber(one(false))).isFalse();
        assertThat(shared.acquireSubscriber(one(true))).isTrue();
        shared.releaseSubscriber(one(true));
        for (int i = 0; i < 25; i++) {
            assertThat(shared.acquireStream(true)).isTrue();
        }
        assertThat(shared.acquireStream(true)).isFalse();
    }

    @Test
    void refused_acquire_takes_nothing_and_release_frees_memory() {
        assertThat(memory.acquireStream(true)).isTrue();
        assertThat(memory.acquireStream(true)).isTrue();
        assertThat(memory.acquireStream(true)).isFalse();
        assertThat(memory.acquireSubscriber(one(true))).isTrue();
        assertThat(memory.acquireSubscriber(one(true))).isFalse();
        memory.releaseSubscriber(one(true));
        assertThat(memory.acquireStream(true)).isFalse();
        assertThat(memory.acquireSubscriber(one(true))).isTrue();
        memory.releaseStream();
        assertThat(memory.acquireStream(true)).isTrue();
        assertThat(memory.acquireSubscriber(one(true))).isFalse();
    }

    /** A client that tries again and again must not fill the disk (CWE-779). */
    @Test
    void repeated_refusals_are_logged_once_in_ten_seconds_with_the_number_of_suppressed_lines() {
        assertThat(memory.acquireStream(true)).isTrue();
        assertThat(memory.acquireSubscriber(one(true))).isTrue();
        for (int i = 0; i < 100; i++) {
            memory.countRefused();
        }
        assertThat(log.list).hasSize(1);
        nanos.addAndGet(TimeUnit.SECONDS.toNanos(10) - 1);
        memory.countRefused();
        assertThat(log.list).hasSize(1);
        nanos.addAndGet(1);
        memory.countRefused();
        assertThat(log.list).extracting(ILoggingEvent::getLevel).containsExactly(Level.WARN, Level.WARN);
        assertThat(values(log.list.get(0)))
                .containsExactly(
                        "event=\"rooms.full\"",
                        "rooms=\"1\"",
                        "members=\"1\"",
                        "bytes=\"" + (STREAM_BYTES + SUBSCRIBER_BYTES) + "\"",
                        "mostBytes=\"" + (2 * STREAM_BYTES + SUBSCRIBER_BYTES) + "\"",
                        "suppressed=\"0\"");
        assertThat(values(log.list.get(1))).contains("suppressed=\"100\"");
    }

    private static Subscription one(boolean followsFew) {
        RecordingDeliveryLoop loop = new RecordingDeliveryLoop();
        RecordingDeliveryLoop.RecordingSubscriber subscriber = loop.subscriber();
        return new Subscription(
                StreamHubShardFixture.LOBBY,
                Optional.empty(),
                StreamHubShardFixture.ANN,
                loop,
                followsFew ? subscriber : subscriber.followingMany(),
                any -> {});
    }

    private static List<String> values(ILoggingEvent line) {
        return line.getKeyValuePairs().stream().map(String::valueOf).toList();
    }
}
