package dev.portcullis.auth.refresh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.auth.refresh.Exchange.Current;
import dev.portcullis.auth.refresh.Exchange.Reused;
import dev.portcullis.auth.refresh.Exchange.Unknown;
import org.junit.jupiter.api.Test;

class RefreshPolicyTest {
    private static final long DAY = 86_400_000;
    private static final long T = 1_795_132_800_000L;

    private final RefreshPolicy policy = new RefreshPolicy(new RefreshConfig(7 * DAY, 30 * DAY, 10_000));
    private final RefreshFamily begun = RefreshFamily.begin("family", "seed", true, LoginDevice.UNKNOWN, T);

    @Test
    void newest_token_is_rotated() {
        RefreshFamily next = current(policy.exchange(begun, 0, LoginDevice.UNKNOWN, T + 5));

        assertThat(next.generation()).isEqualTo(1);
        assertThat(next.newestIssuedAt()).isEqualTo(T + 5);
        assertThat(next.inBody()).isTrue();
    }

    @Test
    void used_token_gets_the_same_successor_within_the_grace_and_ends_the_login_later() {
        RefreshFamily next = current(policy.exchange(begun, 0, LoginDevice.UNKNOWN, T + 5));

        assertThat(policy.exchange(next, 0, LoginDevice.UNKNOWN, T + 5 + 9_999)).isEqualTo(new Current(next));
        assertThat(policy.exchange(next, 0, LoginDevice.UNKNOWN, T + 5 + 10_000))
                .isEqualTo(new Reused(next.end(T + 5 + 10_000)));
    }

    @Test
    void second_tab_gets_the_newest_token_though_the_first_refreshed_twice() {
        RefreshFamily twice = begun.rotate(LoginDevice.UNKNOWN, T).rotate(LoginDevice.UNKNOWN, T + 2_000);

        assertThat(current(policy.exchange(twice, 0, LoginDevice.UNKNOWN, T + 9_999))
                        .generation())
                .isEqualTo(2);
        assertThat(current(policy.exchange(twice, 1, LoginDevice.UNKNOWN, T + 11_999))
                        .generation())
                .isEqualTo(2);
        assertThat(policy.exchange(twice, 1, LoginDevice.UNKNOWN, T + 12_000)).isInstanceOf(Reused.class);
    }

    /** A thief who waits for the user's next refresh must not profit from its grace. */
    @Test
    void old_token_is_reuse_also_right_after_a_refresh() {
        RefreshFamily twice = begun.rotate(LoginDevice.UNKNOWN, T).rotate(LoginDevice.UNKNOWN, T + 60_000);

        assertThat(policy.exchange(twice, 0, LoginDevice.UNKNOWN, T + 60_001)).isInstanceOf(Reused.class);
        assertThat(policy.exchange(twice, 1, LoginDevice.UNKNOWN, T + 60_001)).isEqualTo(new Current(twice));
    }

    @Test
    void token_of_any_age_is_reuse() {
        RefreshFamily many = begun;
        for (int i = 0; i < 1_000; i++) {
            many = many.rotate(LoginDevice.UNKNOWN, T + i);
        }

        assertThat(policy.exchange(many, 0, LoginDevice.UNKNOWN, T + 1_000)).isInstanceOf(Reused.class);
        assertThat(policy.exchange(many, 998, LoginDevice.UNKNOWN, T + 1_000)).isEqualTo(new Current(many));
        assertThat(many.issued()).hasSize(8);
    }

    @Test
    void token_expires_to_the_millisecond() {
        RefreshFamily next = begun.rotate(LoginDevice.UNKNOWN, T + DAY);

        assertThat(policy.expiresAt(next)).isEqualTo(T + 8 * DAY);
        assertThat(policy.exchange(next, 1, LoginDevice.UNKNOWN, T + 8 * DAY - 1))
                .isInstanceOf(Current.class);
        assertThat(policy.exchange(next, 1, LoginDevice.UNKNOWN, T + 8 * DAY)).isEqualTo(new Unknown());
    }

    @Test
    void login_ends_after_its_time_however_often_it_is_refreshed() {
        RefreshFamily family = begun;
        for (int day = 1; day < 30; day++) {
            family = current(policy.exchange(family, day - 1, LoginDevice.UNKNOWN, T + day * DAY));
        }

        assertThat(policy.expiresAt(family)).isEqualTo(T + 30 * DAY);
        assertThat(policy.exchange(family, 29, LoginDevice.UNKNOWN, T + 30 * DAY - 1))
                .isInstanceOf(Current.class);
        assertThat(policy.exchange(family, 29, LoginDevice.UNKNOWN, T + 30 * DAY))
                .isEqualTo(new Unknown());
    }

    @Test
    void ended_login_gives_nothing() {
        assertThat(policy.exchange(begun.end(T + 1), 0, LoginDevice.UNKNOWN, T + 2))
                .isEqualTo(new Unknown());
        assertThat(begun.end(T + 1).end(T + 2)).as("the first end counts").isEqualTo(begun.end(T + 1));
    }

    private static RefreshFamily current(Exchange exchange) {
        return exchange.fold(
                family -> family,
                family -> {
                    throw new AssertionError("reused");
                },
                () -> {
                    throw new AssertionError("unknown");
                });
    }
}
