package dev.portcullis.hooks.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.Await;
import dev.portcullis.store.redis.RedisStores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class RedisOutboxTest extends HookOutboxContract {
    @RegisterExtension
    static final RedisStores REDIS = new RedisStores();

    private static final long LEASE_MS = 10_000;

    @Override
    HookOutbox outbox(OutboxConfig config) throws Exception {
        return new RedisOutbox(REDIS.open(), config, LEASE_MS, clock::get);
    }

    @Test
    void what_a_node_held_ends_with_its_lease() throws Exception {
        HookOutbox outbox = outbox(config());
        begin(outbox, 2);
        done(outbox.begin(LANE, held("other"), "m:1"));
        renew("n:1");
        renew("m:1");
        assertThat(state(outbox).orElseThrow().orphans()).isFalse();

        clock.addAndGet(LEASE_MS);
        renew("m:1");
        assertThat(done(outbox.endOrphans(LANE))).isZero();
        clock.incrementAndGet();
        assertThat(done(outbox.endOrphans(LANE))).isEqualTo(2);
        assertThat(done(outbox.endOrphans(LANE))).isZero();
        assertThat(ids(claim(outbox).orElseThrow()))
                .startsWith("s0.opened", "s1.opened", "other.opened")
                .hasSize(5)
                .contains("s0.closed", "s1.closed");
        assertThat(json(claim(outbox).orElseThrow(), 4).getString("cause")).isEqualTo("node_lost");
        assertThat(REDIS.ask("ZSCORE", "pc:{200}:leases", "n:1")).isBlank();
    }

    @Test
    void nothing_ends_while_no_node_renews_or_in_the_grace_period_after_that() throws Exception {
        HookOutbox outbox = outbox(config());
        begin(outbox, 1);
        assertThat(state(outbox).orElseThrow().orphans()).isTrue();
        assertThat(done(outbox.endOrphans(LANE))).isZero();

        renew("m:1");
        REDIS.ask("HSET", "pc:{200}:lane", "grace", Long.toString(clock.get() + 1));
        assertThat(done(outbox.endOrphans(LANE))).isZero();
        clock.addAndGet(1);
        assertThat(done(outbox.endOrphans(LANE))).isZero(); // the time away does not count
        REDIS.ask("HSET", "pc:{200}:lane", "grace", "0");
        assertThat(done(outbox.endOrphans(LANE))).isEqualTo(1);
    }

    @Test
    void claim_of_a_taker_that_is_gone_ends_with_its_time() throws Exception {
        HookOutbox outbox = outbox(config());
        begin(outbox, 1);
        assertThat(done(outbox.claim(LaneQueue.of(LANE), "gone", new HookOutbox.Bounds(1, 1, 50))))
                .isPresent();

        assertThat(Await.until(() -> {
                    try {
                        return claim(outbox).isPresent();
                    } catch (Exception broken) {
                        throw new AssertionError(broken);
                    }
                }))
                .isTrue();
    }

    private void renew(String incarnation) {
        REDIS.ask("ZADD", "pc:{200}:leases", Long.toString(clock.get()), incarnation);
    }
}
