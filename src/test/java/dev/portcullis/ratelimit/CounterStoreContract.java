package dev.portcullis.ratelimit;

import static dev.portcullis.protocol.FrameType.CHAT;
import static dev.portcullis.protocol.FrameType.JOIN;
import static dev.portcullis.protocol.FrameType.PING;
import static dev.portcullis.protocol.FrameType.READ;
import static dev.portcullis.protocol.Rejection.Scope.ACTION;
import static dev.portcullis.protocol.Rejection.Scope.IP;
import static dev.portcullis.protocol.Rejection.Scope.USER;
import static dev.portcullis.protocol.Rejection.Window.BURST;
import static dev.portcullis.protocol.Rejection.Window.BYTES;
import static dev.portcullis.protocol.Rejection.Window.MINUTE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.config.Live;
import dev.portcullis.protocol.FrameAlias;
import dev.portcullis.protocol.FrameType;
import dev.portcullis.protocol.Rejection.Limited;
import dev.portcullis.protocol.Rejection.Penalty;
import dev.portcullis.protocol.Role;
import dev.portcullis.protocol.Verdict;
import dev.portcullis.ratelimit.CounterStore.AddressAttempt;
import dev.portcullis.ratelimit.CounterStore.Admission;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;

/** The contract of every {@link CounterStore}. */
abstract class CounterStoreContract {
    private static final String SHORT_BLOCKS =
            "{\"user\": {\"burst\": 1}, \"blocks\": {\"burstMs\": 1000, \"maxMs\": 1000}}";

    final AtomicLong clock = new AtomicLong(LimitFixture.NOON);

    /** Opens an empty store the first time, and later one on what the last one left, as a restart does. */
    abstract CounterStore open(Live<RateLimitConfig> config, LongSupplier millis) throws Exception;

    @Test
    void user_over_a_limit_is_granted_after_the_wait_and_not_before() throws Exception {
        CounterStore store = open("{}");
        fill(store, "ada", 10);

        assertThat(admit(store, "ada", CHAT)).isEqualTo(LimitFixture.blocking(USER, BURST, 2_000));
        clock.addAndGet(1_999);
        assertThat(admit(store, "ada", CHAT)).isEqualTo(LimitFixture.limited(USER, BURST, 1));
        clock.addAndGet(1);
        assertThat(admit(store, "ada", CHAT)).isEqualTo(Verdict.GRANTED);
    }

    @Test
    void limit_that_is_changed_decides_the_next_frame() throws Exception {
        Live.Source<RateLimitConfig> limits = new Live.Source<>(LimitFixture.config("{\"actions\": {\"join\": 2}}"));
        CounterStore store = open(limits, clock::get);
        admit(store, "ada", JOIN);
        limits.swap(LimitFixture.config("{\"actions\": {\"join\": 1}}"));
        assertThat(admit(store, "ada", JOIN)).isEqualTo(LimitFixture.blocking(ACTION, MINUTE, 60_000));
        limits.swap(LimitFixture.config("{\"actions\": {\"join\": 3}}"));
        clock.addAndGet(60_000);
        for (int i = 0; i < 3; i++) {
            assertThat(admit(store, "ada", JOIN)).isEqualTo(Verdict.GRANTED);
        }
        assertThat(LimitFixture.isGranted(admit(store, "ada", JOIN))).isFalse();
    }

    @Test
    void users_do_not_share_a_limit() throws Exception {
        CounterStore store = open("{}");
        fill(store, "ada", 10);
        admit(store, "ada", CHAT);

        fill(store, "ad", 10);
    }

    @Test
    void actions_count_in_their_own_row() throws Exception {
        CounterStore store = open("{\"actions\": {\"join\": 2, \"read\": 1}}");
        admit(store, "ada", JOIN);
        admit(store, "ada", JOIN);

        assertThat(admit(store, "ada", JOIN)).isEqualTo(LimitFixture.blocking(ACTION, MINUTE, 60_000));
        assertThat(admit(store, "ada", CHAT)).isEqualTo(Verdict.GRANTED);
        assertThat(admit(store, "ada", READ)).isEqualTo(Verdict.GRANTED);
        assertThat(admit(store, "ada", READ)).isEqualTo(LimitFixture.blocking(ACTION, MINUTE, 60_000));
    }

    @Test
    void frame_under_an_alias_counts_in_the_rows_of_both_names() throws Exception {
        CounterStore store = open("{\"actions\": {\"chat\": 3, \"send-message\": 2}}");
        assertThat(judge(store, sendMessage("ada"))).isEqualTo(Verdict.GRANTED);
        assertThat(judge(store, sendMessage("ada"))).isEqualTo(Verdict.GRANTED);

        assertThat(judge(store, sendMessage("ada"))).isEqualTo(LimitFixture.blocking(ACTION, MINUTE, 60_000));
        assertThat(admit(store, "ada", CHAT)).isEqualTo(Verdict.GRANTED);
        assertThat(admit(store, "ada", CHAT)).isEqualTo(LimitFixture.blocking(ACTION, MINUTE, 60_000));
        for (int i = 0; i < 3; i++) {
            assertThat(admit(store, "bob", CHAT)).isEqualTo(Verdict.GRANTED);
        }
        assertThat(judge(store, sendMessage("bob"))).isEqualTo(LimitFixture.blocking(ACTION, MINUTE, 60_000));
    }

    private static FrameAttempt sendMessage(String user) {
        return LimitFixture.attempt(user, CHAT).under(Optional.of(FrameAlias.SEND_MESSAGE));
    }

    @Test
    void join_counts_each_room_for_its_action() throws Exception {
        CounterStore store = open("{}");
        assertThat(judge(store, LimitFixture.join("ada", 100))).isEqualTo(Verdict.GRANTED);
        assertThat(judge(store, LimitFixture.join("ada", 100))).isEqualTo(Verdict.GRANTED);

        assertThat(judge(store, LimitFixture.join("ada", 1))).isEqualTo(LimitFixture.blocking(ACTION, MINUTE, 60_000));
        fill(store, "ada", 8);
        assertThat(admit(store, "ada", CHAT)).isEqualTo(LimitFixture.blocking(USER, BURST, 2_000));
    }

    @Test
    void bytes_of_every_frame_count_for_the_user_even_if_refused() throws Exception {
        CounterStore store = open("{\"user\": {\"bytes\": 65536, \"burst\": 1}}");
        assertThat(judge(store, LimitFixture.report("ada", 20_000))).isEqualTo(Verdict.GRANTED);
        assertThat(judge(store, bytes(PING, 10_000))).isEqualTo(Verdict.GRANTED);
        assertThat(judge(store, bytes(CHAT, 10_000))).isEqualTo(Verdict.GRANTED);
        assertThat(judge(store, bytes(CHAT, 10_000))).isEqualTo(LimitFixture.blocking(USER, BURST, 2_000));

        assertThat(judge(store, bytes(PING, 20_000))).isEqualTo(LimitFixture.limited(USER, BYTES, 60_000));
        assertThat(judge(store, LimitFixture.report("bob", 60_000))).isEqualTo(Verdict.GRANTED);
        clock.addAndGet(60_000);
        assertThat(judge(store, bytes(PING, 60_000))).isEqualTo(Verdict.GRANTED);
    }

    @Test
    void block_of_frames_does_not_refuse_what_counts_by_bytes_only() throws Exception {
        CounterStore store = open("{}");
        fill(store, "ada", 10);
        admit(store, "ada", CHAT);
        clock.addAndGet(1_000);

        assertThat(judge(store, bytes(PING, 9_000))).isEqualTo(Verdict.GRANTED);
        assertThat(admit(store, "ada", CHAT)).isEqualTo(LimitFixture.limited(USER, BURST, 1_000));
        clock.addAndGet(1_000);
        fill(store, "ada", 10);
        assertThat(admit(store, "ada", CHAT)).isEqualTo(LimitFixture.blocking(USER, BURST, 4_000));
    }

    @Test
    void concurrent_attempts_never_exceed_the_limit() throws Exception {
        CounterStore store = open("{}");
        List<Future<Admission>> requests = Collections.synchronizedList(new ArrayList<>());
        ExecutorService threads = Executors.newFixedThreadPool(8);
        for (int i = 0; i < 400; i++) {
            threads.execute(() -> requests.add(store.admit(LimitFixture.attempt("ada", CHAT))));
        }
        threads.shutdown();
        assertThat(threads.awaitTermination(30, TimeUnit.SECONDS)).isTrue();

        List<Verdict> verdicts = new ArrayList<>();
        for (Future<Admission> each : requests) {
            verdicts.add(each.await(30, TimeUnit.SECONDS).verdict());
        }
        assertThat(verdicts).hasSize(400).filteredOn(LimitFixture::isGranted).hasSize(10);
        assertThat(verdicts)
                .filteredOn(verdict -> !LimitFixture.isGranted(verdict))
                .containsOnly(LimitFixture.limited(USER, BURST, 2_000), LimitFixture.blocking(USER, BURST, 2_000))
                .containsOnlyOnce(LimitFixture.blocking(USER, BURST, 2_000));
    }

    @Test
    void restart_keeps_blocks_and_their_strikes() throws Exception {
        CounterStore store = open("{\"actions\": {\"join\": 1}}");
        admit(store, "ada", JOIN);
        admit(store, "ada", JOIN);
        fill(store, "ada", 9);
        admit(store, "ada", CHAT);
        clock.addAndGet(500);

        CounterStore reopened = open("{\"actions\": {\"join\": 1}}");

        assertThat(admit(reopened, "ada", CHAT)).isEqualTo(LimitFixture.limited(USER, BURST, 1_500));
        clock.addAndGet(1_500);
        assertThat(admit(reopened, "ada", JOIN)).isEqualTo(LimitFixture.limited(ACTION, MINUTE, 58_000));
        fill(reopened, "ada", 10);
        assertThat(admit(reopened, "ada", CHAT)).isEqualTo(LimitFixture.blocking(USER, BURST, 4_000));
    }

    @Test
    void restart_keeps_the_number_of_strikes() throws Exception {
        CounterStore store = open("{}");
        for (int violation = 0; violation < 3; violation++) {
            fill(store, "ada", 10);
            clock.addAndGet(LimitFixture.limitOf(admit(store, "ada", CHAT))
                    .orElseThrow()
                    .retryAfterMs());
        }

        CounterStore reopened = open("{}");

        fill(reopened, "ada", 10);
        assertThat(admit(reopened, "ada", CHAT)).isEqualTo(LimitFixture.blocking(USER, BURST, 16_000));
    }

    @Test
    void tenth_block_of_a_user_within_an_hour_bans() throws Exception {
        CounterStore store = open(SHORT_BLOCKS);
        for (int block = 1; block < 10; block++) {
            assertThat(violate(store)).as("block " + block).isEqualTo(Optional.of(Penalty.BLOCK));
        }
        fill(store, "ada", 1);

        Admission tenth = LimitFixture.await(store.admit(LimitFixture.attempt("ada", CHAT)));

        assertThat(tenth.banDue()).isTrue();
        assertThat(LimitFixture.limitOf(tenth.verdict()).orElseThrow().penalty())
                .contains(Penalty.BAN);
        Admission during = LimitFixture.await(store.admit(LimitFixture.attempt("ada", CHAT)));
        assertThat(during.banDue()).isFalse();
        assertThat(LimitFixture.limitOf(during.verdict()).orElseThrow().penalty())
                .isEmpty();
    }

    @Test
    void blocks_of_more_than_an_hour_do_not_ban() throws Exception {
        CounterStore store = open(SHORT_BLOCKS);
        for (int block = 0; block < 30; block++) {
            assertThat(violate(store)).contains(Penalty.BLOCK);
            clock.addAndGet(399_000); // nine more within the hour behind each
        }
    }

    @Test
    void next_block_bans_again_while_the_hour_holds_enough_of_them() throws Exception {
        CounterStore store = open(SHORT_BLOCKS);
        for (int block = 1; block <= 10; block++) {
            violate(store);
        }
        clock.addAndGet(900_000);

        assertThat(violate(store)).contains(Penalty.BAN);
        clock.addAndGet(3_600_000);
        assertThat(violate(store)).contains(Penalty.BLOCK);
    }

    @Test
    void blocks_of_connections_count_towards_a_ban_and_those_of_actions_do_not() throws Exception {
        CounterStore store = open("{\"actions\": {\"join\": 1}, \"blocks\": {\"banAfter\": 2}}");
        admit(store, "ada", JOIN);
        assertThat(LimitFixture.limitOf(admit(store, "ada", JOIN)).orElseThrow().penalty())
                .contains(Penalty.BLOCK);
        FrameAttempt report = LimitFixture.reportBlock("ada", 20);
        assertThat(LimitFixture.await(store.admit(report))).isEqualTo(Admission.GRANTED);

        assertThat(LimitFixture.await(store.admit(report))).isEqualTo(new Admission(Verdict.GRANTED, List.of(), true));
        assertThat(LimitFixture.await(store.admit(LimitFixture.reportBlock("bob", 20)))
                        .banDue())
                .isFalse();
    }

    @Test
    void violation_of_two_scopes_counts_as_one_block() throws Exception {
        CounterStore store =
                open("{\"user\": {\"burst\": 1}, \"actions\": {\"join\": 1}, \"blocks\": {\"banAfter\": 2}}");
        admit(store, "ada", JOIN);

        assertThat(LimitFixture.limitOf(admit(store, "ada", JOIN)).orElseThrow().penalty())
                .contains(Penalty.BLOCK);
    }

    @Test
    void no_number_of_blocks_bans_where_bans_are_off() throws Exception {
        CounterStore store = open("{\"user\": {\"burst\": 1}, \"blocks\": {\"maxMs\": 1000, \"banAfter\": 0}}");
        for (int block = 0; block < 20; block++) {
            assertThat(violate(store)).contains(Penalty.BLOCK);
        }
    }

    @Test
    void limit_that_observes_grants_and_is_named() throws Exception {
        RateLimitConfig config =
                LimitFixture.config("{\"user\": {\"minute\": 3}, \"modes\": {\"user.minute\": \"observe\"}}");
        CounterStore store = open(Live.fixed(config), clock::get);
        fill(store, "ada", 3);

        for (int i = 0; i < 7; i++) {
            assertThat(LimitFixture.await(store.admit(LimitFixture.attempt("ada", CHAT))))
                    .isEqualTo(new Admission(
                            Verdict.GRANTED, List.of(config.limits().user(MINUTE)), false));
        }
        assertThat(admit(store, "ada", CHAT))
                .as("the others hold")
                .isEqualTo(LimitFixture.blocking(USER, BURST, 2_000));
        clock.addAndGet(60_000);
        assertThat(LimitFixture.await(store.admit(LimitFixture.attempt("ada", CHAT))))
                .as("only what it would let pass counts for it")
                .isEqualTo(Admission.GRANTED);
    }

    @Test
    void observing_all_limits_refuses_nothing() throws Exception {
        CounterStore store = open("{\"mode\": \"observe\", \"actions\": {\"join\": 1}}");
        for (int i = 0; i < 50; i++) {
            assertThat(admit(store, "ada", JOIN)).isEqualTo(Verdict.GRANTED);
            assertThat(judge(store, LimitFixture.report("ada", 100_000))).isEqualTo(Verdict.GRANTED);
            assertThat(admitAddress(store, "2001:db8:0:" + i + "::/64", "2001:db8::/48"))
                    .isEqualTo(Verdict.GRANTED);
            assertThat(admitAddress(store, "192.0.2.1")).isEqualTo(Verdict.GRANTED);
        }
    }

    @Test
    void limit_that_becomes_one_that_observes_lifts_its_block() throws Exception {
        Live.Source<RateLimitConfig> limits = new Live.Source<>(LimitFixture.config("{\"user\": {\"burst\": 1}}"));
        CounterStore store = open(limits, clock::get);
        violate(store);
        fill(store, "ada", 1);
        admit(store, "ada", CHAT);
        limits.swap(LimitFixture.config("{\"user\": {\"burst\": 1}, \"modes\": {\"user.burst\": \"observe\"}}"));

        assertThat(admit(store, "ada", CHAT)).isEqualTo(Verdict.GRANTED);
    }

    @Test
    void sweep_changes_no_verdict() throws Exception {
        CounterStore store = open("{\"actions\": {\"join\": 1}}");
        admit(store, "ada", JOIN);
        admit(store, "ada", JOIN);
        fill(store, "bob", 10);
        clock.addAndGet(59_999);

        store.sweep().await(30, TimeUnit.SECONDS);

        assertThat(admit(store, "ada", JOIN)).isEqualTo(LimitFixture.limited(ACTION, MINUTE, 1));
        fill(store, "bob", 10);
        assertThat(admit(store, "bob", CHAT)).isEqualTo(LimitFixture.blocking(USER, BURST, 2_000));
    }

    @Test
    void address_is_refused_after_ten_attempts_a_minute() throws Exception {
        CounterStore store = open("{}");
        for (int i = 0; i < 10; i++) {
            assertThat(admitAddress(store, "192.0.2.1")).isEqualTo(Verdict.GRANTED);
        }

        assertThat(admitAddress(store, "192.0.2.1")).isEqualTo(LimitFixture.limited(IP, MINUTE, 60_000));
        assertThat(admitAddress(store, "192.0.2.2")).isEqualTo(Verdict.GRANTED);
        clock.addAndGet(59_999);
        assertThat(admitAddress(store, "192.0.2.1")).isEqualTo(LimitFixture.limited(IP, MINUTE, 1));
        clock.addAndGet(1);
        assertThat(admitAddress(store, "192.0.2.1")).isEqualTo(Verdict.GRANTED);
    }

    @Test
    void client_rotating_through_a_48_gets_eight_times_the_limit() throws Exception {
        CounterStore store = open("{}");
        int granted = 0;
        for (int i = 0; i < 1_000; i++) {
            granted +=
                    LimitFixture.isGranted(admitAddress(store, "2001:db8:0:" + i + "::/64", "2001:db8::/48")) ? 1 : 0;
        }

        assertThat(granted).isEqualTo(80);
    }

    @Test
    void single_address_does_not_exhaust_its_network() throws Exception {
        CounterStore store = open("{}");
        for (int i = 0; i < 1_000; i++) {
            admitAddress(store, "2001:db8:0:1::/64", "2001:db8::/48");
        }

        assertThat(admitAddress(store, "2001:db8:0:2::/64", "2001:db8::/48")).isEqualTo(Verdict.GRANTED);
    }

    @Test
    void random_traffic_gets_the_verdicts_of_the_policy() throws Exception {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        RateLimitConfig config =
                LimitFixture.config("{\"user\": {\"burst\": 3, \"minute\": 9}, \"actions\": {\"join\": 2}}");
        CounterStore store = open(Live.fixed(config), clock::get);
        LimitPolicy policy = new LimitPolicy(Live.fixed(config));
        List<UserUsage> model = List.of(new UserUsage(), new UserUsage(), new UserUsage());
        for (int i = 0; i < 500; i++) {
            clock.addAndGet(random.nextInt(10) == 0 ? random.nextInt(90_000) : random.nextInt(300));
            int user = random.nextInt(model.size());
            FrameAttempt attempt = LimitFixture.attempt("user" + user, random.nextBoolean() ? CHAT : JOIN);
            if (random.nextInt(20) == 0) {
                store.sweep().await(30, TimeUnit.SECONDS);
            }

            Admission expected =
                    policy.judge(model.get(user), attempt, clock.get()).admission();
            assertThat(store.admit(attempt).await(30, TimeUnit.SECONDS))
                    .as("seed " + seed)
                    .isEqualTo(expected);
        }
    }

    CounterStore open(String json) throws Exception {
        return open(Live.fixed(LimitFixture.config(json)), clock::get);
    }

    /** Exceeds a limit of one frame in a burst, and waits the block out. */
    Optional<Penalty> violate(CounterStore store) throws Exception {
        fill(store, "ada", 1);
        Limited limit = LimitFixture.limitOf(admit(store, "ada", CHAT)).orElseThrow();
        clock.addAndGet(limit.retryAfterMs());
        return limit.penalty();
    }

    static FrameAttempt bytes(FrameType action, int bytes) {
        return LimitFixture.attempt("ada", Role.MEMBER, action, bytes);
    }

    static Verdict judge(CounterStore store, FrameAttempt attempt) throws Exception {
        return store.admit(attempt).await(30, TimeUnit.SECONDS).verdict();
    }

    static Verdict admit(CounterStore store, String user, FrameType action) throws Exception {
        return judge(store, LimitFixture.attempt(user, action));
    }

    static Verdict admitAddress(CounterStore store, String... keys) throws Exception {
        return store.admitAddress(new AddressAttempt(List.of(keys)))
                .await(30, TimeUnit.SECONDS)
                .verdict();
    }

    static void fill(CounterStore store, String user, int frames) throws Exception {
        for (int i = 0; i < frames; i++) {
            Optional<Limited> limit = LimitFixture.limitOf(admit(store, user, CHAT));
            assertThat(limit).as("frame " + i).isEmpty();
        }
    }
}
