package dev.portcullis.ratelimit;

import static dev.portcullis.protocol.FrameType.ACK;
import static dev.portcullis.protocol.FrameType.CHAT;
import static dev.portcullis.protocol.FrameType.FILE_UPLOAD;
import static dev.portcullis.protocol.FrameType.HISTORY;
import static dev.portcullis.protocol.FrameType.JOIN;
import static dev.portcullis.protocol.FrameType.LEAVE;
import static dev.portcullis.protocol.FrameType.READ;
import static dev.portcullis.protocol.Rejection.Scope.ACTION;
import static dev.portcullis.protocol.Rejection.Scope.USER;
import static dev.portcullis.protocol.Rejection.Window.BURST;
import static dev.portcullis.protocol.Rejection.Window.BYTES;
import static dev.portcullis.protocol.Rejection.Window.HOUR;
import static dev.portcullis.protocol.Rejection.Window.MINUTE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.config.Live;
import dev.portcullis.protocol.FrameType;
import dev.portcullis.protocol.Rejection;
import dev.portcullis.protocol.Role;
import dev.portcullis.protocol.UserId;
import dev.portcullis.protocol.Verdict;
import dev.portcullis.ratelimit.CounterStore.Admission;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class LimitPolicyTest {
    private static final String HIGH_USER_LIMITS =
            "\"user\": {\"burst\": 1000, \"minute\": 1000, \"hour\": 10000, \"bytes\": 10000000}";

    private final UserUsage usage = new UserUsage();
    private LimitPolicy policy = new LimitPolicy(Live.fixed(LimitFixture.config("{}")));
    private long now = LimitFixture.NOON;

    @Test
    void eleventh_frame_of_a_second_is_refused_for_two_seconds() {
        send(10, CHAT);

        assertThat(judge(CHAT)).isEqualTo(LimitFixture.blocking(USER, BURST, 2_000));
    }

    @Test
    void user_over_the_minute_limit_is_refused_for_a_minute() {
        for (int i = 0; i < 60; i++) {
            send(1, CHAT);
            now += 500;
        }

        assertThat(judge(CHAT)).isEqualTo(LimitFixture.blocking(USER, MINUTE, 60_000));
    }

    @Test
    void user_over_the_hour_limit_is_refused_until_the_window_is_free() {
        configure("{\"user\": {\"hour\": 20}}");
        for (int i = 0; i < 20; i++) {
            send(1, CHAT);
            now += 60_000;
        }

        assertThat(judge(CHAT)).isEqualTo(LimitFixture.blocking(USER, HOUR, 3_600_000 - 20 * 60_000));
    }

    @Test
    void bytes_over_the_limit_are_refused_for_a_minute() {
        configure("{\"user\": {\"bytes\": 65536}}");
        assertThat(judge(CHAT, 40_000)).isEqualTo(Verdict.GRANTED);

        assertThat(judge(CHAT, 40_000)).isEqualTo(LimitFixture.blocking(USER, BYTES, 60_000));
    }

    @Test
    void frames_during_a_block_change_nothing_but_the_bytes() {
        send(10, CHAT);
        judge(CHAT);
        now += 1_999;

        LimitDecision decision = policy.judge(usage, attempt(CHAT, 100), now);

        assertThat(decision).isEqualTo(new LimitDecision(refused(LimitFixture.limited(USER, BURST, 1)), List.of()));
        now += 1;
        send(10, CHAT);
    }

    @Test
    void each_new_violation_doubles_the_block() {
        assertThat(LongStream.range(0, 5).map(any -> violate()).boxed())
                .containsExactly(2_000L, 4_000L, 8_000L, 16_000L, 32_000L);
    }

    @Test
    void no_block_is_longer_than_an_hour() {
        configure("{" + HIGH_USER_LIMITS + ", \"actions\": {\"join\": 1}}");
        long longest = 0;
        for (int i = 0; i < 12; i++) {
            send(1, JOIN);
            longest = LimitFixture.limitOf(judge(JOIN)).orElseThrow().retryAfterMs();
            now += longest;
        }

        assertThat(longest).isEqualTo(3_600_000);
    }

    @Test
    void no_block_ends_before_its_window_is_free() {
        configure("{\"user\": {\"minute\": 1}, \"blocks\": {\"minuteMs\": 10}}");
        send(1, CHAT);

        assertThat(judge(CHAT)).isEqualTo(LimitFixture.blocking(USER, MINUTE, 60_000));
    }

    @Test
    void block_is_short_again_after_ten_minutes_without_one() {
        violate();
        now += 599_999;
        assertThat(violate()).isEqualTo(4_000);
        now += 600_000;

        assertThat(violate()).isEqualTo(2_000);
    }

    @Test
    void action_over_its_limit_is_blocked_alone() {
        configure("{" + HIGH_USER_LIMITS + "}");
        send(5, FILE_UPLOAD);

        assertThat(judge(FILE_UPLOAD)).isEqualTo(LimitFixture.blocking(ACTION, MINUTE, 60_000));
        assertThat(judge(CHAT)).isEqualTo(Verdict.GRANTED);
        now += 1_000;
        assertThat(judge(FILE_UPLOAD)).isEqualTo(LimitFixture.limited(ACTION, MINUTE, 59_000));
    }

    @Test
    void blocked_user_is_refused_for_all_frames_that_count_for_the_user() {
        send(10, CHAT);
        judge(CHAT);

        assertThat(judge(JOIN)).isEqualTo(LimitFixture.limited(USER, BURST, 2_000));
        assertThat(judge(HISTORY)).isEqualTo(LimitFixture.limited(USER, BURST, 2_000));
        assertThat(judge(LEAVE)).isEqualTo(Verdict.GRANTED);
        assertThat(judge(READ)).isEqualTo(Verdict.GRANTED);
    }

    @Test
    void bytes_of_every_frame_count_for_the_user() {
        configure("{\"user\": {\"bytes\": 65536}}");
        send(10, CHAT);
        assertThat(judge(CHAT, 25_000)).isEqualTo(LimitFixture.blocking(USER, BURST, 2_000));

        assertThat(judge(ACK, 20_000)).as("frame without an action limit").isEqualTo(Verdict.GRANTED);
        assertThat(judge(ACK, 20_000)).isEqualTo(LimitFixture.limited(USER, BYTES, 60_000));
    }

    @Test
    void bytes_of_a_report_count_without_a_frame() {
        configure("{\"user\": {\"bytes\": 65536}}");
        assertThat(policy.judge(usage, LimitFixture.report("ada", 60_000), now)).isEqualTo(LimitDecision.GRANTED);
        now += 59_999;

        assertThat(judge(CHAT, 6_000)).isEqualTo(LimitFixture.blocking(USER, BYTES, 60_000));
    }

    @Test
    void frame_that_counts_by_bytes_only_passes_a_block_of_frames_and_does_not_change_it() {
        configure("{\"user\": {\"bytes\": 65536, \"hour\": 1}}");
        send(1, CHAT);
        judge(CHAT);
        now += 1_000;
        assertThat(judge(LEAVE, 60_000)).isEqualTo(Verdict.GRANTED);

        LimitDecision decision = policy.judge(usage, attempt(LEAVE, 60_000), now);

        assertThat(decision)
                .isEqualTo(new LimitDecision(refused(LimitFixture.limited(USER, BYTES, 60_000)), List.of()));
        assertThat(judge(CHAT)).isEqualTo(LimitFixture.limited(USER, HOUR, 3_599_000));
    }

    @Test
    void frame_refused_for_bytes_is_granted_after_the_wait() {
        configure("{\"user\": {\"bytes\": 65536}, \"blocks\": {\"minuteMs\": 0}}");
        judge(CHAT, 40_000);
        now += 30_000;
        assertThat(judge(CHAT, 40_000)).as("its bytes came in").isEqualTo(LimitFixture.blocking(USER, BYTES, 60_000));
        now += 60_000;

        assertThat(judge(CHAT, 40_000)).isEqualTo(Verdict.GRANTED);
    }

    @Test
    void unbounded_bytes_are_counted_up_to_a_bound() {
        for (int i = 0; i < 100; i++) {
            policy.judge(usage, LimitFixture.report("ada", Integer.MAX_VALUE), now);
        }
        assertThat(judge(CHAT)).isEqualTo(LimitFixture.limited(USER, BYTES, 60_000));
        now += 60_000;

        assertThat(judge(CHAT)).isEqualTo(Verdict.GRANTED);
    }

    @Test
    void join_counts_each_room_for_its_action_and_one_frame_for_the_user() {
        assertThat(policy.judge(usage, LimitFixture.join("ada", 100), now)).isEqualTo(LimitDecision.GRANTED);
        assertThat(policy.judge(usage, LimitFixture.join("ada", 60), now)).isEqualTo(LimitDecision.GRANTED);

        assertThat(policy.judge(usage, LimitFixture.join("ada", 41), now).verdict())
                .isEqualTo(LimitFixture.blocking(ACTION, MINUTE, 60_000));
        send(8, CHAT);
        assertThat(judge(CHAT)).isEqualTo(LimitFixture.blocking(USER, BURST, 2_000));
    }

    @Test
    void read_frames_count_for_their_action_only() {
        send(30, READ);
        send(10, CHAT);

        assertThat(judge(READ)).isEqualTo(LimitFixture.blocking(ACTION, MINUTE, 60_000));
    }

    @Test
    void frame_without_a_limit_is_granted() {
        send(500, ACK);
    }

    @Test
    void frame_refused_by_one_limit_counts_in_none() {
        configure("{\"actions\": {\"join\": 1}}");
        send(1, JOIN);
        for (int i = 0; i < 20; i++) {
            judge(JOIN);
        }

        send(9, CHAT);
        assertThat(judge(CHAT)).isEqualTo(LimitFixture.blocking(USER, BURST, 2_000));
    }

    @Test
    void wait_during_a_block_is_longer_where_another_limit_needs_longer() {
        configure("{\"user\": {\"bytes\": 65536}, \"actions\": {\"join\": 1}}");
        send(1, JOIN);
        assertThat(judge(JOIN)).isEqualTo(LimitFixture.blocking(ACTION, MINUTE, 60_000));
        now += 20_000;
        assertThat(judge(CHAT, 60_000)).isEqualTo(Verdict.GRANTED);
        now += 10_000;

        assertThat(judge(JOIN, 100)).isEqualTo(LimitFixture.limited(ACTION, MINUTE, 30_000));
        assertThat(judge(JOIN, 20_000)).isEqualTo(LimitFixture.limited(USER, BYTES, 50_000));
    }

    @Test
    void admin_may_do_ten_times_as_much() {
        for (int i = 0; i < 100; i++) {
            assertThat(judgeAs(Role.ADMIN)).isEqualTo(Verdict.GRANTED);
        }

        assertThat(judgeAs(Role.ADMIN)).isEqualTo(LimitFixture.blocking(USER, BURST, 2_000));
    }

    @Test
    void admin_may_join_ten_times_as_many_rooms() {
        assertThat(LimitFixture.isGranted(joinAs(Role.ADMIN, 2_000))).isTrue();

        assertThat(joinAs(Role.ADMIN, 1)).isEqualTo(LimitFixture.blocking(ACTION, MINUTE, 60_000));
    }

    @Test
    void violation_of_user_and_action_limits_blocks_both_and_gives_the_longer_wait() {
        configure("{\"user\": {\"burst\": 2}, \"actions\": {\"join\": 2}}");
        send(2, JOIN);

        LimitDecision decision = policy.judge(usage, attempt(JOIN, 100), now);

        assertThat(decision.verdict()).isEqualTo(LimitFixture.blocking(ACTION, MINUTE, 60_000));
        assertThat(decision.newBlocks())
                .extracting(LimitDecision.NewBlock::scope)
                .containsExactly(USER, ACTION);
    }

    @Test
    void without_the_store_a_frame_is_granted_only_if_all_its_limits_are_open() {
        LimitTable limits = LimitFixture.config("{\"failOpen\": [\"actions.join\", \"actions.read\", \"user.bytes\"]}")
                .limits();

        assertThat(policy.decideWithoutStore(rowsOf(limits, READ))).isEqualTo(Verdict.GRANTED);
        assertThat(policy.decideWithoutStore(rowsOf(limits, JOIN))).isEqualTo(Verdict.refused(Rejection.unavailable()));
        assertThat(policy.decideWithoutStore(rowsOf(limits, CHAT))).isEqualTo(Verdict.refused(Rejection.unavailable()));
    }

    private static List<LimitRow> rowsOf(LimitTable limits, FrameType type) {
        return limits.rowsOf(attempt(type, 100));
    }

    /** Fills a burst, exceeds it, waits out the block, and returns its length. */
    private long violate() {
        send(10, CHAT);
        long wait = LimitFixture.limitOf(judge(CHAT)).orElseThrow().retryAfterMs();
        now += wait;
        return wait;
    }

    private void configure(String json) {
        policy = new LimitPolicy(Live.fixed(LimitFixture.config(json)));
    }

    private void send(int frames, FrameType action) {
        for (int i = 0; i < frames; i++) {
            assertThat(judge(action)).as("frame " + i).isEqualTo(Verdict.GRANTED);
        }
    }

    private Verdict judge(FrameType action) {
        return judge(action, 100);
    }

    private Verdict judge(FrameType action, int bytes) {
        return policy.judge(usage, attempt(action, bytes), now).verdict();
    }

    private Verdict joinAs(Role role, int rooms) {
        return policy.judge(usage, FrameAttempt.of(new UserId("ada"), role, JOIN, rooms, 100), now)
                .verdict();
    }

    private Verdict judgeAs(Role role) {
        return policy.judge(usage, LimitFixture.attempt("ada", role, CHAT, 100), now)
                .verdict();
    }

    private static Admission refused(Verdict verdict) {
        return new Admission(verdict, List.of(), false);
    }

    private static FrameAttempt attempt(FrameType action, int bytes) {
        return LimitFixture.attempt("ada", Role.MEMBER, action, bytes);
    }
}
