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

import dev.portcullis.protocol.FrameType;
import dev.portcullis.protocol.Rejection;
import dev.portcullis.protocol.Role;
import dev.portcullis.protocol.Verdict;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class LimitPolicyTest {
    private static final String ROOMY =
            "\"user\": {\"burst\": 1000, \"minute\": 1000, \"hour\": 10000, \"bytes\": 10000000}";

    private final UserUsage usage = new UserUsage();
    private LimitPolicy policy = new LimitPolicy(LimitFixture.config("{}"));
    private long now = LimitFixture.NOON;

    @Test
    void the_eleventh_frame_of_a_second_is_refused_for_two_seconds() {
        send(10, CHAT);

        assertThat(judge(CHAT)).isEqualTo(LimitFixture.limited(USER, BURST, 2_000));
    }

    @Test
    void a_user_over_the_minute_limit_is_told_how_long_to_wait() {
        for (int i = 0; i < 60; i++) {
            send(1, CHAT);
            now += 500;
        }

        assertThat(judge(CHAT)).isEqualTo(LimitFixture.limited(USER, MINUTE, 60_000));
    }

    @Test
    void a_user_over_the_hour_limit_waits_until_it_frees() {
        given("{\"user\": {\"hour\": 20}}");
        for (int i = 0; i < 20; i++) {
            send(1, CHAT);
            now += 60_000;
        }

        assertThat(judge(CHAT)).isEqualTo(LimitFixture.limited(USER, HOUR, 3_600_000 - 20 * 60_000));
    }

    @Test
    void too_many_bytes_are_refused_like_too_many_frames_of_a_minute() {
        given("{\"user\": {\"bytes\": 65536}}");
        assertThat(judge(CHAT, 40_000)).isEqualTo(Verdict.GRANTED);

        assertThat(judge(CHAT, 40_000)).isEqualTo(LimitFixture.limited(USER, BYTES, 60_000));
    }

    @Test
    void frames_during_a_block_change_nothing_but_the_bytes() {
        send(10, CHAT);
        judge(CHAT);
        now += 1_999;

        LimitDecision decision = policy.judge(usage, attempt(CHAT, 100), now);

        assertThat(decision).isEqualTo(new LimitDecision(LimitFixture.limited(USER, BURST, 1), List.of()));
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
        given("{" + ROOMY + ", \"actions\": {\"join\": 1}}");
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
        given("{\"user\": {\"minute\": 1}, \"blocks\": {\"minuteMs\": 10}}");
        send(1, CHAT);

        assertThat(judge(CHAT)).isEqualTo(LimitFixture.limited(USER, MINUTE, 60_000));
    }

    @Test
    void ten_quiet_minutes_after_a_block_the_next_one_is_short_again() {
        violate();
        now += 599_999;
        assertThat(violate()).isEqualTo(4_000);
        now += 600_000;

        assertThat(violate()).isEqualTo(2_000);
    }

    @Test
    void an_action_over_its_limit_blocks_that_action_alone() {
        given("{" + ROOMY + "}");
        send(5, FILE_UPLOAD);

        assertThat(judge(FILE_UPLOAD)).isEqualTo(LimitFixture.limited(ACTION, MINUTE, 60_000));
        assertThat(judge(CHAT)).isEqualTo(Verdict.GRANTED);
        now += 1_000;
        assertThat(judge(FILE_UPLOAD)).isEqualTo(LimitFixture.limited(ACTION, MINUTE, 59_000));
    }

    @Test
    void a_blocked_user_is_blocked_in_all_that_counts_for_the_user() {
        send(10, CHAT);
        judge(CHAT);

        assertThat(judge(JOIN)).isEqualTo(LimitFixture.limited(USER, BURST, 2_000));
        assertThat(judge(HISTORY)).isEqualTo(LimitFixture.limited(USER, BURST, 2_000));
        assertThat(judge(LEAVE)).isEqualTo(Verdict.GRANTED);
        assertThat(judge(READ)).isEqualTo(Verdict.GRANTED);
    }

    @Test
    void bytes_of_whatever_came_in_count_for_the_user() {
        given("{\"user\": {\"bytes\": 65536}}");
        send(10, CHAT);
        assertThat(judge(CHAT, 25_000)).isEqualTo(LimitFixture.limited(USER, BURST, 2_000));

        assertThat(judge(ACK, 20_000)).as("of no action").isEqualTo(Verdict.GRANTED);
        assertThat(judge(ACK, 20_000)).isEqualTo(LimitFixture.limited(USER, BYTES, 60_000));
    }

    @Test
    void bytes_reported_later_count_although_no_frame_asks() {
        given("{\"user\": {\"bytes\": 65536}}");
        assertThat(policy.judge(usage, LimitFixture.report("ada", 60_000), now)).isEqualTo(LimitDecision.GRANTED);
        now += 59_999;

        assertThat(judge(CHAT, 6_000)).isEqualTo(LimitFixture.limited(USER, BYTES, 60_000));
    }

    @Test
    void what_counts_by_its_bytes_only_passes_a_block_of_frames_and_neither_ends_nor_prolongs_it() {
        given("{\"user\": {\"bytes\": 65536, \"hour\": 1}}");
        send(1, CHAT);
        judge(CHAT);
        now += 1_000;
        assertThat(judge(LEAVE, 60_000)).isEqualTo(Verdict.GRANTED);

        LimitDecision decision = policy.judge(usage, attempt(LEAVE, 60_000), now);

        assertThat(decision).isEqualTo(new LimitDecision(LimitFixture.limited(USER, BYTES, 60_000), List.of()));
        assertThat(judge(CHAT)).isEqualTo(LimitFixture.limited(USER, HOUR, 3_599_000));
    }

    @Test
    void who_is_told_to_wait_for_bytes_passes_then_with_the_same_frame() {
        given("{\"user\": {\"bytes\": 65536}, \"blocks\": {\"minuteMs\": 0}}");
        judge(CHAT, 40_000);
        now += 30_000;
        assertThat(judge(CHAT, 40_000)).as("its bytes came in").isEqualTo(LimitFixture.limited(USER, BYTES, 60_000));
        now += 60_000;

        assertThat(judge(CHAT, 40_000)).isEqualTo(Verdict.GRANTED);
    }

    @Test
    void bytes_without_a_bound_are_counted_to_a_bound() {
        for (int i = 0; i < 100; i++) {
            policy.judge(usage, LimitFixture.report("ada", Integer.MAX_VALUE), now);
        }
        assertThat(judge(CHAT)).isEqualTo(LimitFixture.limited(USER, BYTES, 60_000));
        now += 60_000;

        assertThat(judge(CHAT)).isEqualTo(Verdict.GRANTED);
    }

    @Test
    void a_list_of_rooms_counts_each_of_them_in_its_action_and_one_frame_for_the_user() {
        assertThat(policy.judge(usage, LimitFixture.join("ada", 100), now)).isEqualTo(LimitDecision.GRANTED);
        assertThat(policy.judge(usage, LimitFixture.join("ada", 60), now)).isEqualTo(LimitDecision.GRANTED);

        assertThat(policy.judge(usage, LimitFixture.join("ada", 41), now).verdict())
                .isEqualTo(LimitFixture.limited(ACTION, MINUTE, 60_000));
        send(8, CHAT);
        assertThat(judge(CHAT)).isEqualTo(LimitFixture.limited(USER, BURST, 2_000));
    }

    @Test
    void read_marks_count_for_themselves_only() {
        send(30, READ);
        send(10, CHAT);

        assertThat(judge(READ)).isEqualTo(LimitFixture.limited(ACTION, MINUTE, 60_000));
    }

    @Test
    void what_meets_no_limit_is_granted() {
        send(500, ACK);
    }

    @Test
    void a_frame_refused_by_one_limit_is_counted_in_none() {
        given("{\"actions\": {\"join\": 1}}");
        send(1, JOIN);
        for (int i = 0; i < 20; i++) {
            judge(JOIN);
        }

        send(9, CHAT);
        assertThat(judge(CHAT)).isEqualTo(LimitFixture.limited(USER, BURST, 2_000));
    }

    @Test
    void the_wait_told_during_a_block_reaches_beyond_it_where_another_limit_does() {
        given("{\"user\": {\"bytes\": 65536}, \"actions\": {\"join\": 1}}");
        send(1, JOIN);
        assertThat(judge(JOIN)).isEqualTo(LimitFixture.limited(ACTION, MINUTE, 60_000));
        now += 20_000;
        assertThat(judge(CHAT, 60_000)).isEqualTo(Verdict.GRANTED);
        now += 10_000;

        assertThat(judge(JOIN, 100)).isEqualTo(LimitFixture.limited(ACTION, MINUTE, 30_000));
        assertThat(judge(JOIN, 20_000)).isEqualTo(LimitFixture.limited(USER, BYTES, 50_000));
    }

    @Test
    void an_admin_may_do_ten_times_as_much() {
        for (int i = 0; i < 100; i++) {
            assertThat(judgeAs(Role.ADMIN)).isEqualTo(Verdict.GRANTED);
        }

        assertThat(judgeAs(Role.ADMIN)).isEqualTo(LimitFixture.limited(USER, BURST, 2_000));
    }

    @Test
    void a_violation_of_user_and_action_at_once_blocks_both_and_tells_the_longer_wait() {
        given("{\"user\": {\"burst\": 2}, \"actions\": {\"join\": 2}}");
        send(2, JOIN);

        LimitDecision decision = policy.judge(usage, attempt(JOIN, 100), now);

        assertThat(decision.verdict()).isEqualTo(LimitFixture.limited(ACTION, MINUTE, 60_000));
        assertThat(decision.newBlocks())
                .extracting(LimitDecision.NewBlock::scope)
                .containsExactly(USER, ACTION);
    }

    @Test
    void blind_only_limits_that_are_all_open_let_anything_pass() {
        LimitTable limits = LimitFixture.config("{\"failOpen\": [\"actions.join\", \"actions.read\", \"user.bytes\"]}")
                .limits();

        assertThat(policy.decideWithoutStore(limits.rowsOf(READ))).isEqualTo(Verdict.GRANTED);
        assertThat(policy.decideWithoutStore(limits.rowsOf(JOIN))).isEqualTo(Verdict.refused(Rejection.unavailable()));
        assertThat(policy.decideWithoutStore(limits.rowsOf(CHAT))).isEqualTo(Verdict.refused(Rejection.unavailable()));
    }

    /** Fills a burst, goes over it, waits the block out; tells how long it was. */
    private long violate() {
        send(10, CHAT);
        long wait = LimitFixture.limitOf(judge(CHAT)).orElseThrow().retryAfterMs();
        now += wait;
        return wait;
    }

    private void given(String json) {
        policy = new LimitPolicy(LimitFixture.config(json));
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

    private Verdict judgeAs(Role role) {
        return policy.judge(usage, LimitFixture.attempt("ada", role, CHAT, 100), now)
                .verdict();
    }

    private static FrameAttempt attempt(FrameType action, int bytes) {
        return LimitFixture.attempt("ada", Role.MEMBER, action, bytes);
    }
}
