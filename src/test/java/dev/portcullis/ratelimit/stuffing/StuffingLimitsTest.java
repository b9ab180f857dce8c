package dev.portcullis.ratelimit.stuffing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.audit.Audit;
import dev.portcullis.audit.AuditConfig;
import dev.portcullis.audit.metrics.Metrics;
import dev.portcullis.http.IpAddress;
import dev.portcullis.kit.RecordedEvents;
import dev.portcullis.ratelimit.ban.Ban;
import dev.portcullis.ratelimit.ban.BanFixture;
import dev.portcullis.ratelimit.ban.SharedAddresses;
import dev.portcullis.ratelimit.stuffing.StuffingConfig.Mode;
import dev.portcullis.store.StoreFailure;
import dev.portcullis.store.rows.MemoryRowStore;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StuffingLimitsTest {
    private static final long NOON = 1_780_000_000_000L;
    private static final List<String> ONE = keys("192.0.2.1");
    private static final List<String> OTHER = keys("192.0.2.2");

    private static final SharedAddresses SHARED = new SharedAddresses(
            () -> BanFixture.config("{\"sharedRanges\": [\"203.0.113.9\", \"2001:db8:5:6:7::/80\"]}"), List.of());

    private final AtomicLong clock = new AtomicLong(NOON);
    private final List<Ban> bans = new ArrayList<>();
    private final RecordedEvents events = new RecordedEvents();
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

    @Test
    void tenth_forged_token_within_five_minutes_is_refused_and_its_address_banned_for_a_quarter_of_an_hour()
            throws Exception {
        StuffingLimits limits = limits(Mode.ENFORCE, this::ban);
        for (int i = 0; i < 9; i++) {
            assertThat(token(limits, ONE)).isEmpty();
            clock.addAndGet(33_000);
        }
        assertThat(token(limits, OTHER)).isEmpty();
        assertThat(token(limits, ONE)).contains(900_000L);
        assertThat(bans).singleElement().satisfies(ban -> {
            assertThat(ban.target().key()).isEqualTo("ip:192.0.2.1");
            assertThat(ban.until()).isEqualTo(clock.get() + 900_000);
            assertThat(ban.holdsForAll()).isFalse();
        });
        assertThat(registry.get("portcullis.stuffing")
                        .tag("sign", "tokens")
                        .functionCounter()
                        .count())
                .isEqualTo(1);
    }

    @Test
    void forged_tokens_of_a_slow_drip_are_tolerated() throws Exception {
        StuffingLimits limits = limits(Mode.ENFORCE, this::ban);
        for (int i = 0; i < 100; i++) {
            assertThat(token(limits, ONE)).isEmpty();
            clock.addAndGet(300_000 / 9 + 1);
        }
    }

    @Test
    void network_is_banned_when_its_addresses_together_fail_eight_times_as_often() throws Exception {
        StuffingLimits limits = limits(Mode.ENFORCE, this::ban);
        for (int i = 0; i < 159; i++) {
            assertThat(failed(limits, keys("2001:db8:1:" + Integer.toHexString(i << 8) + "::7"), "k" + i))
                    .isEmpty();
        }
        assertThat(failed(limits, keys("2001:db8:1:ffff::7"), "k159")).contains(900_000L);
        assertThat(bans).extracting(ban -> ban.target().key()).containsExactly("ip:2001:db8:1::/48");
    }

    /** Bans are known half a second late, or may fail: then, too, the customer gets no other one banned. */
    @Test
    void customer_with_a_56_gets_that_banned_and_never_the_48() throws Exception {
        StuffingLimits limits = limits(Mode.ENFORCE, this::ban);
        for (int i = 0; i < 5_000; i++) {
            failed(limits, keys("2001:db8:1:ab" + String.format("%02x", i % 256) + "::7"), "k" + i);
        }
        assertThat(bans).isNotEmpty();
        assertThat(bans).extracting(ban -> ban.target().key()).containsOnly("ip:2001:db8:1:ab00::/56");
        for (int i = 0; i < 19; i++) {
            assertThat(failed(limits, keys("2001:db8:1:1::7"), "n" + i)).isEmpty();
        }
    }

    @Test
    void three_customers_together_get_no_48_banned() throws Exception {
        StuffingLimits limits = limits(Mode.ENFORCE, this::ban);
        for (int i = 0; i < 3_000; i++) {
            String site = List.of("aa", "bb", "cc").get(i % 3);
            token(limits, keys("2001:db8:1:" + site + String.format("%02x", i / 3 % 256) + "::7"));
        }
        assertThat(bans)
                .extracting(ban -> ban.target().key())
                .contains("ip:2001:db8:1:aa00::/56", "ip:2001:db8:1:bb00::/56", "ip:2001:db8:1:cc00::/56")
                .doesNotContain("ip:2001:db8:1::/48");
    }

    @Test
    void address_of_ipv6_counts_with_its_whole_network() throws Exception {
        StuffingLimits limits = limits(Mode.ENFORCE, this::ban);
        for (int i = 0; i < 19; i++) {
            failed(limits, keys("2001:db8:1:1::" + Integer.toHexString(i)), "k" + i);
        }
        assertThat(failed(limits, keys("2001:db8:1:1:ffff::1"), "k19")).contains(900_000L);
        assertThat(bans).extracting(ban -> ban.target().key()).containsExactly("ip:2001:db8:1:1::/64");
    }

    @Test
    void account_whose_user_gets_in_counts_no_longer() throws Exception {
        StuffingLimits limits = limits(Mode.ENFORCE, this::ban);
        for (int i = 0; i < 100; i++) {
            assertThat(failed(limits, ONE, "k" + i)).isEmpty();
            if (i % 10 > 0) {
                limits.loginSucceeded(ONE, "k" + i).await(30, TimeUnit.SECONDS);
            }
        }
    }

    /** Of IPv6 the /64 counts, so it is shared as soon as one of its addresses is. */
    @ParameterizedTest
    @ValueSource(strings = {"203.0.113.9", "127.0.0.1", "::1", "2001:db8:5:6:7::9", "2001:db8:5:6:8::9"})
    void address_that_many_clients_share_is_observed_and_limits_no_client(String address) throws Exception {
        StuffingLimits limits = limits(Mode.ENFORCE, this::ban);
        List<String> office = keys(address);
        for (int i = 0; i < 100; i++) {
            assertThat(failed(limits, office, "k" + i)).isEmpty();
            assertThat(token(limits, office)).isEmpty();
        }
        assertThat(bans).isEmpty();
        assertThat(events.all())
                .isNotEmpty()
                .allSatisfy(event -> assertThat(event).containsEntry("detail", "observe"));
    }

    @Test
    void address_that_cannot_be_banned_waits_until_less_counts_and_no_longer() throws Exception {
        StuffingLimits limits = limits(Mode.ENFORCE, exempt -> Future.succeededFuture(Optional.empty()));
        for (int i = 0; i < 19; i++) {
            failed(limits, ONE, "k" + i);
            clock.addAndGet(1_000);
        }
        assertThat(failed(limits, ONE, "k19")).contains(300_000L - 19_000);
        clock.addAndGet(300_000 - 19_000);
        assertThat(failed(limits, ONE, "k19")).isEmpty();
    }

    @Test
    void attempt_is_refused_also_while_its_address_cannot_be_banned() throws Exception {
        StuffingLimits limits = limits(Mode.ENFORCE, any -> Future.failedFuture(new StoreFailure("down")));
        for (int i = 0; i < 19; i++) {
            failed(limits, ONE, "k" + i);
        }
        assertThat(failed(limits, ONE, "k19")).contains(300_000L);
    }

    @Test
    void wait_is_that_of_the_ban_in_force() throws Exception {
        StuffingLimits limits = limits(
                Mode.ENFORCE,
                asked -> Future.succeededFuture(
                        Optional.of(new Ban(asked.target(), asked.origin(), asked.reason(), NOON + 600_000, NOON))));
        for (int i = 0; i < 9; i++) {
            token(limits, ONE);
        }
        assertThat(token(limits, ONE)).contains(600_000L);
    }

    @Test
    void observed_rule_logs_and_counts_and_refuses_nothing() throws Exception {
        StuffingLimits limits = limits(Mode.OBSERVE, this::ban);
        for (int i = 0; i < 30; i++) {
            assertThat(failed(limits, ONE, "k" + i)).isEmpty();
        }
        assertThat(bans).isEmpty();
        assertThat(events.all())
                .isNotEmpty()
                .allSatisfy(event -> assertThat(event.toString()).contains("accounts", "observe", "192.0.2.1"));
        assertThat(registry.get("portcullis.stuffing")
                        .tag("sign", "accounts")
                        .functionCounter()
                        .count())
                .isEqualTo(11);
    }

    @Test
    void rule_that_is_off_counts_nothing() throws Exception {
        StuffingLimits limits = limits(Mode.OFF, this::ban);
        for (int i = 0; i < 30; i++) {
            assertThat(failed(limits, ONE, "k" + i)).isEmpty();
            assertThat(token(limits, ONE)).isEmpty();
        }
        assertThat(events.all()).isEmpty();
    }

    private Future<Optional<Ban>> ban(Ban ban) {
        bans.add(ban);
        return Future.succeededFuture(Optional.of(ban));
    }

    private StuffingLimits limits(Mode mode, Function<Ban, Future<Optional<Ban>>> ban) {
        return new StuffingLimits(
                new RecentItemStore(new MemoryRowStore(clock::get)),
                new StuffingConfig(mode, 20, 10, 300_000, 900_000, 8, 8, 2_592_000_000L, 1_000),
                SHARED::include,
                ban,
                new StuffingEvents(new Audit(new AuditConfig(10_000, 100), clock::get, events), new Metrics(registry)),
                clock::get);
    }

    private static List<String> keys(String address) {
        return IpAddress.parse(address).orElseThrow().keys().narrowestFirst();
    }

    private static Optional<Long> token(StuffingLimits limits, List<String> address) throws Exception {
        return limits.tokenRefused(address).await(30, TimeUnit.SECONDS);
    }

    private static Optional<Long> failed(StuffingLimits limits, List<String> address, String account) throws Exception {
        return limits.loginFailed(address, account).await(30, TimeUnit.SECONDS);
    }
}
