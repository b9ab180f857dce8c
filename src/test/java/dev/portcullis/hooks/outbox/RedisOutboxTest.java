package dev.portcullis.hooks.outbox;

import static dev.portcullis.kit.Await.done;
import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.hooks.outbox.HookOutbox.Bounds;
import dev.portcullis.hooks.outbox.HookOutbox.Claim;
import dev.portcullis.store.redis.RedisStores;
import dev.portcullis.store.rows.RedisRows;
import dev.portcullis.store.rows.RowStore;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class RedisOutboxTest extends HookOutboxContract {
    @RegisterExtension
    static final RedisStores REDIS = new RedisStores();

    @Override
    RowStore rows() throws Exception {
        return RedisRows.open(REDIS.open(), clock::get);
    }

    /** The replica that follows has not got the newest events, and gives their numbers to others. */
    @Test
    void acknowledgement_after_a_fail_over_removes_no_event_that_was_not_delivered() throws Exception {
        HookOutbox outbox = outbox(config());
        begin(outbox, 3);
        Claim delivered = claim(outbox).orElseThrow();
        String queue = REDIS.keyOf("*:queue:hooks");
        REDIS.ask("ZREMRANGEBYLEX", queue, "[0000000000000003", "+");
        REDIS.ask("SET", REDIS.keyOf("*:queue_newest:hooks"), "2");
        done(outbox.begin(LANE, held("new"), NODE));

        done(outbox.acknowledge(delivered, 3));
        assertThat(ids(claim(outbox).orElseThrow())).containsExactly("s0.opened", "s1.opened", "new.opened");
    }

    @Test
    void outbox_without_events_leaves_only_numbers() throws Exception {
        HookOutbox outbox = outbox(config());
        begin(outbox, 2);
        done(outbox.setAside(claim(outbox, new Bounds(1, 1, 10_000)).orElseThrow(), 1));
        done(outbox.endAll());
        for (LaneQueue queue : List.of(LaneQueue.of(LANE), LaneQueue.of(LANE).besides())) {
            for (Claim next = taken(outbox, queue); !next.events().isEmpty(); next = taken(outbox, queue)) {
                done(outbox.acknowledge(next, next.events().size()));
            }
        }

        assertThat(REDIS.keys("*"))
                .containsExactlyInAnyOrder(
                        "pc:{200}:hooks:state", "pc:{200}:queue_newest:hooks", "pc:{200}:queue_oldest:hooks");
    }

    private static Claim taken(HookOutbox outbox, LaneQueue queue) throws Exception {
        return done(outbox.claim(queue, "taker", new Bounds(10, 1 << 20, 10_000)))
                .orElseGet(() -> new Claim(queue, "taker", List.of(), List.of()));
    }
}
