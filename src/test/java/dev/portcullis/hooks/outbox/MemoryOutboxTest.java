package dev.portcullis.hooks.outbox;

import static dev.portcullis.kit.Await.done;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.portcullis.hooks.outbox.HookOutbox.Bounds;
import dev.portcullis.hooks.outbox.HookOutbox.Claim;
import dev.portcullis.store.StoreFailure;
import dev.portcullis.store.rows.MemoryRowStore;
import dev.portcullis.store.rows.RowKey;
import dev.portcullis.store.rows.RowStore;
import io.vertx.core.Future;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The rules where the store fails on order, and by a clock that the test sets. */
class MemoryOutboxTest extends HookOutboxContract {
    private final MemoryRowStore rows = new MemoryRowStore(clock::get);

    @Override
    RowStore rows() {
        return rows;
    }

    @Test
    void claim_of_a_taker_that_is_gone_ends_with_its_time() throws Exception {
        HookOutbox outbox = outbox(config());
        begin(outbox, 1);
        LaneQueue queue = LaneQueue.of(LANE);
        Claim gone = done(outbox.claim(queue, "gone", new Bounds(1, 1, 50))).orElseThrow();
        clock.addAndGet(49);
        assertThat(claim(outbox)).isEmpty();
        clock.addAndGet(1);
        assertThat(claim(outbox)).isPresent();

        done(outbox.release(gone));
        assertThat(state(outbox).orElseThrow().claimed())
                .as("by the next taker")
                .isTrue();
    }

    @Test
    void acknowledgement_whose_answer_is_lost_may_be_made_again() throws Exception {
        HookOutbox outbox = outbox(config());
        begin(outbox, 3);
        Claim claim = claim(outbox).orElseThrow();
        rows.setLosesAnswers(true);
        assertThatThrownBy(() -> done(outbox.acknowledge(claim, 2))).isInstanceOf(StoreFailure.class);
        rows.setLosesAnswers(false);

        done(outbox.acknowledge(claim, 2));
        assertThat(ids(claim(outbox).orElseThrow())).containsExactly("s2.opened");
    }

    /** An outage may begin and end meanwhile, after which all leases count again. */
    @Test
    void nothing_ends_by_leases_that_were_judged_too_long_ago() throws Exception {
        HookOutbox outbox = outbox(config());
        begin(outbox, 1);
        done(outbox.endOrphans(lanes -> {
                    clock.addAndGet(1_001);
                    return Future.succeededFuture(Map.of(LANE, Set.of()));
                })
                .otherwiseEmpty());
        assertThat(ids(claim(outbox).orElseThrow())).containsExactly("s0.opened");

        done(outbox.endOrphans(lanes -> Future.succeededFuture(Map.of(LANE, Set.of()))));
        assertThat(ids(claim(outbox).orElseThrow())).containsExactly("s0.opened", "s0.closed");
    }

    /** A store that starts with nothing gives the numbers again. */
    @Test
    void outbox_goes_on_in_a_store_that_has_lost_everything() throws Exception {
        HookOutbox outbox = outbox(config());
        begin(outbox, 5);
        Claim delivered = claim(outbox).orElseThrow();
        done(outbox.acknowledge(delivered, 3));
        rows.forget(any -> true);
        begin(outbox, 2);

        done(outbox.acknowledge(delivered, 5));
        assertThat(ids(claim(outbox).orElseThrow())).containsExactly("s0.opened", "s1.opened");
    }

    @Test
    void row_of_another_release_is_refused_and_not_guessed() throws Exception {
        HookOutbox outbox = outbox(config());
        begin(outbox, 1);
        rows.set(LANE, RowKey.of("hooks", "state"), "2 1 0");
        assertThatThrownBy(() -> claim(outbox)).isInstanceOf(StoreFailure.class);
        for (String row : List.of(
                "",
                "1 2 3",
                "1 0  soon 1 a b c d",
                "1 0  none 3 a b c d",
                "1 0  none 2 a b c d",
                "1 0  none 1 a b c")) {
            assertThatThrownBy(() -> EventRow.decode(row)).isInstanceOf(StoreFailure.class);
        }
    }
}
