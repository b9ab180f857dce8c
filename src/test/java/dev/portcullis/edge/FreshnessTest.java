package dev.portcullis.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.store.StoreFailure;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A session that was revoked while this node heard nothing would else go on being served by it (CWE-613). */
class FreshnessTest {
    private static final long MS = 1_000_000;

    private final Vertx vertx = Vertx.vertx();
    private Wheel wheel;
    private Freshness freshness;
    private long now = -5_000 * MS; // the clock of nanoseconds may begin anywhere
    private int looks;

    @BeforeEach
    void begin() {
        wheel = new Wheel(vertx);
        wheel.stop(vertx);
        freshness = new Freshness(() -> looks++, 1_000, wheel, () -> now);
    }

    @AfterEach
    void close() throws Exception {
        vertx.close().await(10, TimeUnit.SECONDS);
    }

    @Test
    void nothing_is_fresh_before_the_first_read() {
        assertThat(freshness.holds()).isFalse();
        Future<Void> first = freshness.regained(1_000);
        assertThat(first.isComplete()).isFalse();
        assertThat(looks).isEqualTo(1);
        freshness.since(now);
        assertThat(first.succeeded()).isTrue();
    }

    @Test
    void it_lasts_a_second_from_when_the_read_began_not_from_when_it_ended() {
        long began = now;
        now += 900 * MS;
        freshness.since(began);
        assertThat(freshness.holds()).isTrue();
        now += 99 * MS;
        assertThat(freshness.holds()).isTrue();
        now += MS;
        assertThat(freshness.holds()).isFalse();
    }

    @Test
    void it_lasts_no_longer_than_it_was_told_to() {
        Freshness brief = new Freshness(() -> looks++, 200, wheel, () -> now);
        brief.since(now);
        now += 199 * MS;
        assertThat(brief.holds()).isTrue();
        now += MS;
        assertThat(brief.holds()).isFalse();
    }

    @Test
    void a_stopped_process_wakes_up_stale_and_a_read_from_before_the_stop_does_not_help() {
        freshness.since(now);
        long began = now;
        now += 40_000 * MS;
        Future<Void> frame = freshness.regained(1_000);
        freshness.since(began + 10 * MS); // its answer lay in the socket all the while
        assertThat(frame.isComplete()).isFalse();
        freshness.since(now);
        assertThat(frame.succeeded()).isTrue();
    }

    @Test
    void who_waits_too_long_is_told_so_and_is_no_longer_waited_for() {
        Future<Void> frame = freshness.regained(1_000);
        turn(1_100);
        assertThat(frame.cause()).isInstanceOf(StoreFailure.class);
        freshness.since(now);
        assertThat(freshness.holds()).isTrue();
    }

    @Test
    void who_arrives_waits_for_a_read_that_begins_after() {
        freshness.since(now);
        now += 10 * MS;
        Future<Void> arrival = freshness.anew(1_000);
        freshness.since(now - MS);
        assertThat(freshness.holds()).isTrue();
        assertThat(arrival.isComplete()).as("that read began before").isFalse();
        freshness.since(now);
        assertThat(arrival.succeeded()).isTrue();
        assertThat(looks).isEqualTo(1);
    }

    @Test
    void a_doubt_stops_everything_until_it_is_settled_and_time_goes_on_meanwhile() {
        freshness.since(now);
        Future<Void> arrival = freshness.anew(1_000);
        freshness.doubt();
        assertThat(arrival.failed())
                .as("it may have been cut off in what was missed")
                .isTrue();
        assertThat(freshness.anew(1_000).failed()).isTrue();
        assertThat(freshness.holds()).isFalse();
        Future<Void> frame = freshness.regained(1_000);
        now += 500 * MS;
        freshness.since(now);
        assertThat(frame.isComplete()).isFalse();
        freshness.settle();
        assertThat(frame.succeeded()).isTrue();
        assertThat(freshness.holds()).isTrue();
    }

    private void turn(long millis) {
        for (long spent = 0; spent < millis; spent += 50) {
            wheel.tick();
        }
    }
}
