package dev.portcullis.ratelimit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.protocol.Rejection.Scope;
import dev.portcullis.protocol.Rejection.Window;
import dev.portcullis.protocol.Verdict;
import org.junit.jupiter.api.Test;

class UnreportedBytesTest {
    private final UnreportedBytes bytes = new UnreportedBytes(1_000);

    @Test
    void a_few_bytes_wait_and_many_are_due() {
        bytes.add(999);
        assertThat(bytes.due()).isFalse();
        bytes.add(1);

        assertThat(bytes.due()).isTrue();
        assertThat(bytes.take()).isEqualTo(1_000);
        assertThat(bytes.due()).isFalse();
        assertThat(bytes.take()).isZero();
    }

    @Test
    void while_the_user_has_too_many_each_byte_is_due() {
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
    void at_the_end_a_small_rest_is_let_go() {
        bytes.add(124);
        assertThat(bytes.dueAtClose()).isFalse();
        bytes.add(1);
        assertThat(bytes.dueAtClose()).isTrue();
    }

    @Test
    void a_sum_too_large_for_a_number_stands_at_the_largest() {
        bytes.add(Integer.MAX_VALUE);
        bytes.add(65_536);

        assertThat(bytes.take()).isEqualTo(Integer.MAX_VALUE);
    }
}
