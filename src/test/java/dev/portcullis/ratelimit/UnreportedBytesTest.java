package dev.portcullis.ratelimit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.protocol.Rejection.Scope;
import dev.portcullis.protocol.Rejection.Window;
import dev.portcullis.protocol.Verdict;
import org.junit.jupiter.api.Test;

class UnreportedBytesTest {
    private final UnreportedBytes bytes = new UnreportedBytes(1_000);

    @Test
    void bytes_are_due_once_they_reach_the_threshold() {
        bytes.add(999);
        assertThat(bytes.due()).isFalse();
        bytes.add(1);

        assertThat(bytes.due()).isTrue();
        assertThat(bytes.take()).isEqualTo(1_000);
        assertThat(bytes.due()).isFalse();
        assertThat(bytes.take()).isZero();
    }

    @Test
    void each_byte_is_due_while_the_user_exceeds_the_limit_of_bytes() {
        bytes.onVerdict(LimitFixture.limited(Scope.USER, Window.BYTES, 1_000));
        assertThat(bytes.due()).isFalse();
        bytes.add(1);
        assertThat(bytes.due()).isTrue();

        bytes.onVerdict(Verdict.GRANTED);
        assertThat(bytes.due()).isFalse();
        bytes.onVerdict(LimitFixture.limited(Scope.USER, Window.BURST, 1_000));
        assertThat(bytes.due()).isFalse();
    }

    @Test
    void one_report_at_a_time_is_worth_it_and_only_of_many_bytes() {
        bytes.onVerdict(LimitFixture.limited(Scope.USER, Window.BYTES, 1_000));
        bytes.add(999);
        assertThat(bytes.worthReport())
                .as("a refused frame waits for no verdict")
                .isFalse();
        bytes.add(1);
        assertThat(bytes.worthReport()).isTrue();

        bytes.reporting(true);
        bytes.take();
        bytes.add(5_000);
        assertThat(bytes.worthReport()).isFalse();
        bytes.reporting(false);
        assertThat(bytes.worthReport()).isTrue();
    }

    @Test
    void small_rest_is_not_due_at_close() {
        bytes.add(124);
        assertThat(bytes.dueAtClose()).isFalse();
        bytes.add(1);
        assertThat(bytes.dueAtClose()).isTrue();
    }

    @Test
    void sum_beyond_the_largest_int_stays_at_the_largest_int() {
        bytes.add(Integer.MAX_VALUE);
        bytes.add(65_536);

        assertThat(bytes.take()).isEqualTo(Integer.MAX_VALUE);
    }
}
