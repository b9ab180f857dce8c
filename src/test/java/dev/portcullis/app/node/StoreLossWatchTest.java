package dev.portcullis.app.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.store.Lanes;
import dev.portcullis.streams.lane.LaneStore;
import dev.portcullis.streams.lane.LaneTicker;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class StoreLossWatchTest {
    private static final long LEASE_NANOS =
            TimeUnit.MILLISECONDS.toNanos(LaneStore.LEASE_MS - LaneTicker.UNREACHABLE_MS);

    private int lanesOut = Lanes.COUNT;
    private Future<Boolean> othersServe = Future.succeededFuture(true);
    private int asked;
    private int ended;
    private long now;

    private final StoreLossWatch watch = new StoreLossWatch(
            () -> lanesOut,
            () -> {
                asked++;
                return othersServe;
            },
            () -> ended++,
            () -> now);

    @Test
    void sessions_end_once_when_others_have_served_for_as_long_as_a_lease() {
        look(0);
        look(LEASE_NANOS - 1);
        assertThat(ended).isZero();
        look(1);
        look(LEASE_NANOS);
        assertThat(ended).isEqualTo(1);
        lanesOut = 0;
        look(1);
        lanesOut = Lanes.COUNT;
        look(1);
        look(LEASE_NANOS);
        assertThat(ended).as("of another loss").isEqualTo(2);
    }

    @Test
    void sessions_stay_while_no_other_node_serves_or_half_of_the_lanes_are_there() {
        othersServe = Future.succeededFuture(false);
        look(0);
        look(LEASE_NANOS);
        othersServe = Future.failedFuture("no answer");
        look(1);
        lanesOut = Lanes.COUNT / 2;
        othersServe = Future.succeededFuture(true);
        look(LEASE_NANOS);
        look(LEASE_NANOS);
        assertThat(ended).isZero();
    }

    @Test
    void store_that_was_away_for_all_may_come_back_here_later_than_elsewhere() {
        othersServe = Future.succeededFuture(false);
        look(0);
        look(2 * LEASE_NANOS);
        othersServe = Future.succeededFuture(true);
        look(1);
        look(LEASE_NANOS - 1);
        assertThat(ended).isZero();
        look(1);
        assertThat(ended).as("by now the others have expired its leases").isEqualTo(1);
    }

    @Test
    void time_begins_again_where_others_have_not_served_in_between() {
        look(0);
        look(LEASE_NANOS - 1);
        othersServe = Future.succeededFuture(false);
        look(1);
        othersServe = Future.succeededFuture(true);
        look(1);
        look(LEASE_NANOS - 1);
        assertThat(ended).isZero();
        look(1);
        assertThat(ended).isEqualTo(1);
    }

    @Test
    void answer_that_comes_after_the_store_is_back_ends_nothing() {
        look(0);
        Promise<Boolean> late = Promise.promise();
        othersServe = late.future();
        look(LEASE_NANOS);
        look(1);
        assertThat(asked).as("while a question is open").isEqualTo(2);
        lanesOut = 0;
        look(1);
        late.complete(true);
        assertThat(ended).isZero();
        lanesOut = Lanes.COUNT;
        othersServe = Future.succeededFuture(true);
        look(1);
        assertThat(ended).as("others serve since just now").isZero();
    }

    private void look(long later) {
        now += later;
        watch.look();
    }
}
