package dev.portcullis.edge.connection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.http.CsrfConfig;
import dev.portcullis.http.CsrfConfig.Require;
import java.security.SecureRandom;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CsrfTokensTest {
    private static final CsrfConfig CONFIG = new CsrfConfig(Require.ALWAYS, 1_800_000, 60_000);

    private final CsrfTokens tokens = new CsrfTokens(CONFIG, new SecureRandom(), -500);

    @Test
    void token_has_256_bits_and_no_two_are_equal() {
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < 100; i++) {
            String token = new CsrfTokens(CONFIG, new SecureRandom(), 0).current();
            assertThat(token).matches("[A-Za-z0-9_-]{43}");
            assertThat(seen.add(token)).isTrue();
        }
    }

    @Test
    void only_the_current_token_is_accepted_at_first() {
        assertThat(accepts(tokens.current(), 0)).isTrue();
        assertThat(accepts(new CsrfTokens(CONFIG, new SecureRandom(), 0).current(), 0))
                .isFalse();
        assertThat(accepts(tokens.current() + "A", 0)).isFalse();
        assertThat(accepts(tokens.current().substring(1), 0)).isFalse();
        assertThat(accepts("", 0)).isFalse();
        assertThat(tokens.accepts(Optional.empty(), 0)).isFalse();
    }

    @Test
    void token_is_rotated_after_its_time_and_not_before() {
        String first = tokens.current();
        assertThat(tokens.untilRotation(0)).isEqualTo(1_799_500);
        assertThat(tokens.rotate(1_799_499)).isEmpty();
        assertThat(tokens.current()).isEqualTo(first);
        assertThat(tokens.rotate(1_799_500)).contains(tokens.current());
        assertThat(tokens.current()).isNotEqualTo(first);
        assertThat(tokens.untilRotation(1_799_500)).isEqualTo(1_800_000);
        assertThat(tokens.rotate(1_799_501)).isEmpty();
    }

    @Test
    void former_token_is_good_for_a_minute_after_the_rotation() {
        String former = tokens.current();
        tokens.rotate(2_000_000);
        assertThat(accepts(tokens.current(), 2_000_000)).isTrue();
        assertThat(accepts(former, 2_059_999)).isTrue();
        assertThat(accepts(former, 2_060_000)).isFalse();
        assertThat(accepts(tokens.current(), 2_060_000)).isTrue();
    }

    @Test
    void token_before_the_former_one_is_never_good() {
        CsrfTokens fast = new CsrfTokens(new CsrfConfig(Require.ALWAYS, 1_000, 60_000), new SecureRandom(), 0);
        String first = fast.current();
        fast.rotate(1_000);
        String second = fast.current();
        fast.rotate(2_000);
        assertThat(fast.accepts(Optional.of(first), 2_000)).isFalse();
        assertThat(fast.accepts(Optional.of(second), 2_000)).isTrue();
    }

    @Test
    void without_a_grace_the_former_token_ends_with_the_rotation() {
        CsrfTokens strict = new CsrfTokens(new CsrfConfig(Require.ALWAYS, 1_000, 0), new SecureRandom(), 0);
        String first = strict.current();
        strict.rotate(1_000);
        assertThat(strict.accepts(Optional.of(first), 1_000)).isFalse();
    }

    private boolean accepts(String token, long now) {
        return tokens.accepts(Optional.of(token), now);
    }
}
