package dev.portcullis.auth.refresh;

import static dev.portcullis.auth.refresh.RefreshPolicy.Outcome.CURRENT;
import static dev.portcullis.auth.refresh.RefreshPolicy.Outcome.REUSED;
import static dev.portcullis.auth.refresh.RefreshPolicy.Outcome.UNKNOWN;
import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.auth.refresh.RefreshPolicy.Exchange;
import org.junit.jupiter.api.Test;

class RefreshPolicyTest {
    private static final long DAY = 86_400_000;
    private static final long T = 1_795_132_800_000L;

    private final RefreshPolicy policy = new RefreshPolicy(new RefreshConfig(7 * DAY, 30 * DAY, 10_000));
    private final RefreshFamily begun = RefreshFamily.begin("family", "seed", true, LoginDevice.UNKNOWN, T);

    @Test
    void newest_token_is_rotated() {
        assertThat(exchange(begun, 0, T + 5)).isEqualTo(new Exchange(CURRENT, rotated(T + 5)));
        assertThat(rotated(T + 5).generation()).isEqualTo(1);
        assertThat(rotated(T + 5).newestIssuedAt()).isEqualTo(T + 5);
        assertThat(rotated(T + 5).inBody()).isTrue();
    }

    @Test
    void used_token_gets_the_same_successor_within_the_grace_and_ends_the_login_later() {
        RefreshFamily next = rotated(T + 5);

        assertThat(exchange(next, 0, T + 5 + 9_999)).isEqualTo(new Exchange(CURRENT, next));
        assertThat(exchange(next, 0, T + 5 + 10_000)).isEqualTo(new Exchange(REUSED, next.end(T + 5 + 10_000)));
    }

    @Test
    void second_tab_gets_the_newest_token_though_the_first_refreshed_twice() {
        RefreshFamily twice = rotated(T, T + 2_000);

        assertThat(exchange(twice, 0, T + 9_999)).isEqualTo(new Exchange(CURRENT, twice));
        assertThat(exchange(twice, 1, T + 11_999)).isEqualTo(new Exchange(CURRENT, twice));
        assertThat(exchange(twice, 1, T + 12_000).outcome()).isEqualTo(REUSED);
    }

    /** A thief who waits for the user's next refresh must not profit from its grace. */
    @Test
    void old_token_is_reuse_also_right_after_a_refresh() {
        RefreshFamily twice = rotated(T, T + 60_000);

        assertThat(exchange(twice, 0, T + 60_001).outcome()).isEqualTo(REUSED);
        assertThat(exchange(twice, 1, T + 60_001)).isEqualTo(new Exchange(CURRENT, twice));
    }

    @Test
    void token_of_any_age_is_reuse() {
        RefreshFamily many = begun;
        for (int i = 0; i < 1_000; i++) {
            many = many.rotate(LoginDevice.UNKNOWN, T + i);
        }

        assertThat(exchange(many, 0, T + 1_000).outcome()).isEqualTo(REUSED);
        assertThat(exchange(many, 998, T + 1_000)).isEqualTo(new Exchange(CURRENT, many));
        assertThat(many.issued()).hasSize(8);
    }

    @Test
    void token_expires_to_the_millisecond() {
        RefreshFamily next = rotated(T + DAY);

        assertThat(policy.expiresAt(next)).isEqualTo(T + 8 * DAY);
        assertThat(exchange(next, 1, T + 8 * DAY - 1).outcome()).isEqualTo(CURRENT);
        assertThat(exchange(next, 1, T + 8 * DAY)).isEqualTo(new Exchange(UNKNOWN, next));
    }

    @Test
    void login_ends_after_its_time_however_often_it_is_refreshed() {
        RefreshFamily family = begun;
        for (int day = 1; day < 30; day++) {
            Exchange exchange = exchange(family, day - 1, T + day * DAY);
            assertThat(exchange.outcome()).isEqualTo(CURRENT);
            family = exchange.family();
        }

        assertThat(policy.expiresAt(family)).isEqualTo(T + 30 * DAY);
        assertThat(exchange(family, 29, T + 30 * DAY - 1).outcome()).isEqualTo(CURRENT);
        assertThat(exchange(family, 29, T + 30 * DAY)).isEqualTo(new Exchange(UNKNOWN, family));
    }

    @Test
    void ended_login_gives_nothing() {
        assertThat(exchange(begun.end(T + 1), 0, T + 2)).isEqualTo(new Exchange(UNKNOWN, begun.end(T + 1)));
        assertThat(begun.end(T + 1).end(T + 2)).as("the first end counts").isEqualTo(begun.end(T + 1));
    }

    private Exchange exchange(RefreshFamily family, long generation, long now) {
        return policy.exchange(family, generation, LoginDevice.UNKNOWN, now);
    }

    private RefreshFamily rotated(long... times) {
        RefreshFamily family = begun;
        for (long time : times) {
            family = family.rotate(LoginDevice.UNKNOWN, time);
        }
        return family;
    }
}
