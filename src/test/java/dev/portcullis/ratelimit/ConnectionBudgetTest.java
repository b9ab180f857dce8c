package dev.portcullis.ratelimit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.config.Live;
import dev.portcullis.protocol.Rejection.Limited;
import dev.portcullis.protocol.Rejection.Penalty;
import dev.portcullis.protocol.Rejection.Scope;
import dev.portcullis.protocol.Rejection.Window;
import dev.portcullis.protocol.Role;
import dev.portcullis.ratelimit.ConnectionBudget.BudgetDecision;
import dev.portcullis.ratelimit.ConnectionBudget.BudgetDecision.Flood;
import dev.portcullis.ratelimit.ConnectionBudget.BudgetDecision.Observed;
import dev.portcullis.ratelimit.ConnectionBudget.BudgetDecision.Over;
import dev.portcullis.ratelimit.ConnectionBudget.BudgetDecision.Within;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ConnectionBudgetTest {
    private ConnectionBudget budget = new ConnectionBudget(Live.fixed(LimitFixture.config("{}")));
    private long now = LimitFixture.NOON;

    @Test
    void sixty_first_frame_of_a_minute_is_refused_for_a_minute() {
        send(60);

        assertThat(budget.count(now)).isEqualTo(blocking(60_000));
        now += 59_999;
        assertThat(budget.count(now)).isEqualTo(over(1, true));
        now += 1;
        assertThat(budget.count(now)).isEqualTo(new Within());
    }

    @Test
    void each_new_violation_doubles_the_block() {
        send(60);
        budget.count(now);
        now += 60_000;
        send(60);

        assertThat(budget.count(now)).isEqualTo(blocking(120_000));
    }

    @Test
    void refused_frames_are_decoded_up_to_twice_the_limit_and_are_a_flood_over_ten_times() {
        send(60);
        assertThat(budget.count(now)).isEqualTo(blocking(60_000));
        for (int frame = 62; frame <= 120; frame++) {
            assertThat(budget.count(now)).as("frame " + frame).isEqualTo(over(60_000, true));
        }
        for (int frame = 121; frame <= 600; frame++) {
            assertThat(budget.count(now)).as("frame " + frame).isEqualTo(over(60_000, false));
        }

        assertThat(budget.count(now)).isEqualTo(new Flood());
        assertThat(budget.count(now)).isEqualTo(new Flood());
    }

    @Test
    void frames_spread_over_more_than_a_minute_are_no_flood() {
        send(60);
        for (int i = 0; i < 3_000; i++) {
            assertThat(budget.count(now)).isNotEqualTo(new Flood());
            now += 125;
        }
    }

    @Test
    void admin_may_send_ten_times_as_much() {
        budget.setRole(Role.ADMIN);
        send(600);

        assertThat(budget.count(now)).isEqualTo(blocking(60_000));
    }

    @Test
    void frames_counted_before_a_change_of_role_stay_counted() {
        budget.setRole(Role.ADMIN);
        send(100);
        budget.setRole(Role.MEMBER);

        assertThat(budget.count(now)).isEqualTo(blocking(60_000));
    }

    @Test
    void switched_off_budget_accepts_every_frame() {
        budget = new ConnectionBudget(Live.fixed(LimitFixture.config("{\"enabled\": false}")));
        send(10_000);
    }

    @Test
    void limit_that_observes_accepts_every_frame_and_tells() {
        budget = new ConnectionBudget(
                Live.fixed(LimitFixture.config("{\"modes\": {\"connection.minute\": \"observe\"}}")));
        send(60);
        for (int i = 0; i < 1_000; i++) {
            assertThat(budget.count(now)).isEqualTo(new Observed());
        }
        now += 60_000;
        send(60);
    }

    @Test
    void block_that_begins_is_told_once() {
        send(60);

        assertThat(budget.count(now)).isEqualTo(blocking(60_000));
        now += 1_000;
        assertThat(budget.count(now)).isEqualTo(over(59_000, true));
    }

    @Test
    void each_wait_is_exact_and_no_minute_exceeds_the_limit() {
        for (int run = 0; run < 50; run++) {
            long seed = new Random().nextLong();
            checkWaits(new Random(seed), "seed " + seed);
        }
    }

    private static void checkWaits(Random random, String seed) {
        ConnectionBudget budget = new ConnectionBudget(
                Live.fixed(LimitFixture.config("{\"connection\": {\"minute\": 5}, \"flood\": {\"factor\": 1000}}")));
        List<Long> granted = new ArrayList<>();
        long now = LimitFixture.NOON;
        for (int frame = 0; frame < 200; frame++) {
            now += random.nextInt(25_000);
            if (budget.count(now) instanceof Over over) {
                long wait = over.limit().retryAfterMs();
                assertThat(budget.count(now + wait - 1)).as(seed).isInstanceOf(Over.class);
                now += wait;
                assertThat(budget.count(now)).as(seed).isEqualTo(new Within());
            }
            granted.add(now);
            long aMinuteAgo = now - 60_000;
            assertThat(granted.stream().filter(at -> at > aMinuteAgo)).as(seed).hasSizeLessThanOrEqualTo(5);
        }
        assertThat(granted).as(seed).hasSize(200);
    }

    private void send(int frames) {
        for (int i = 0; i < frames; i++) {
            assertThat(budget.count(now)).as("frame " + i).isEqualTo(new Within());
        }
    }

    private static BudgetDecision blocking(long retryAfterMs) {
        return new Over(new Limited(Scope.CONNECTION, Window.MINUTE, retryAfterMs, Optional.of(Penalty.BLOCK)), true);
    }

    private static BudgetDecision over(long retryAfterMs, boolean decode) {
        return new Over(new Limited(Scope.CONNECTION, Window.MINUTE, retryAfterMs, Optional.empty()), decode);
    }
}
