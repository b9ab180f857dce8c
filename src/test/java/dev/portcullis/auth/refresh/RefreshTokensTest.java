package dev.portcullis.auth.refresh;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RefreshTokensTest {
    private static final String ACCOUNT = "abcdefghijklmnopqrstuv";

    private final RefreshTokens tokens = new RefreshTokens(new byte[] {1});
    private final RefreshFamily family = tokens.begin(false, LoginDevice.UNKNOWN, 1_000);

    @Test
    void newest_token_is_one_of_its_family_also_after_a_rotation() {
        RefreshToken first = tokens.newest(ACCOUNT, family);
        RefreshFamily next = family.rotate(LoginDevice.UNKNOWN, 2_000);
        RefreshToken second = tokens.newest(ACCOUNT, next);

        assertThat(RefreshToken.parse(first.text())).contains(first);
        assertThat(tokens.isOf(first, family)).isTrue();
        assertThat(tokens.isOf(first, next)).isTrue();
        assertThat(tokens.isOf(second, next)).isTrue();
        assertThat(second.secret()).isNotEqualTo(first.secret());
        assertThat(tokens.newest(ACCOUNT, next)).as("computed, not drawn").isEqualTo(second);
    }

    @Test
    void token_that_was_not_issued_is_of_no_family() {
        RefreshToken first = tokens.newest(ACCOUNT, family);
        RefreshToken future = tokens.newest(ACCOUNT, family.rotate(LoginDevice.UNKNOWN, 2_000));

        assertThat(tokens.isOf(future, family)).as("not issued yet").isFalse();
        assertThat(tokens.isOf(with(first, 0, "A".repeat(43)), family)).isFalse();
        assertThat(tokens.isOf(with(first, 1, first.secret()), family.rotate(LoginDevice.UNKNOWN, 2_000)))
                .isFalse();
        assertThat(tokens.isOf(first, tokens.begin(false, LoginDevice.UNKNOWN, 1_000)))
                .as("another seed")
                .isFalse();
        assertThat(tokens.isOf(new RefreshToken("b" + ACCOUNT.substring(1), family.id(), 0, first.secret()), family))
                .as("another account")
                .isFalse();
        assertThat(new RefreshTokens(new byte[] {2}).isOf(first, family))
                .as("another key")
                .isFalse();
    }

    @Test
    void token_that_somebody_made_up_is_told_without_its_family() {
        RefreshToken token = tokens.newest(ACCOUNT, family);
        RefreshToken own = tokens.newest("b" + ACCOUNT.substring(1), tokens.begin(true, LoginDevice.UNKNOWN, 1_000));

        assertThat(tokens.isGenuine(token)).isTrue();
        assertThat(tokens.isGenuine(with(token, 1, token.secret())))
                .as("another number")
                .isFalse();
        assertThat(tokens.isGenuine(with(token, 0, "A".repeat(43)))).isFalse();
        assertThat(tokens.isGenuine(with(token, 0, own.secret())))
                .as("of another account")
                .isFalse();
        assertThat(tokens.isGenuine(with(
                        token, 0, token.secret().substring(0, 22) + own.secret().substring(22))))
                .isFalse();
        assertThat(new RefreshTokens(new byte[] {2}).isGenuine(token))
                .as("another key")
                .isFalse();
    }

    @Test
    void half_of_a_secret_is_no_token_of_its_family() {
        RefreshToken token = tokens.newest(ACCOUNT, family);
        RefreshToken own = tokens.newest("b" + ACCOUNT.substring(1), tokens.begin(true, LoginDevice.UNKNOWN, 1_000));
        assertThat(tokens.isOf(
                        with(
                                token,
                                0,
                                token.secret().substring(0, 22) + own.secret().substring(22)),
                        family))
                .isFalse();
        assertThat(tokens.isOf(
                        with(
                                token,
                                0,
                                own.secret().substring(0, 22) + token.secret().substring(22)),
                        family))
                .isFalse();
    }

    /** The last character of 43 has two bits that a lenient decoder ignores. */
    @Test
    void secret_has_one_spelling() {
        RefreshToken token = tokens.newest(ACCOUNT, family);
        String secret = token.secret();
        char last = secret.charAt(42);

        for (char other : "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".toCharArray()) {
            assertThat(tokens.isOf(with(token, 0, secret.substring(0, 42) + other), family))
                    .isEqualTo(other == last);
        }
    }

    @Test
    void families_and_tokens_are_never_the_same() {
        Set<String> drawn = new HashSet<>();
        for (int i = 0; i < 1_000; i++) {
            RefreshFamily each = tokens.begin(false, LoginDevice.UNKNOWN, 1_000);
            drawn.add(each.id());
            drawn.add(each.seed());
            drawn.add(tokens.newest(ACCOUNT, each).secret());
        }

        assertThat(drawn).hasSize(3_000);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "a.b.0.c",
                "abcdefghijklmnopqrstuv.abcdefghijklmnopqrstuv.-1.aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
                "abcdefghijklmnopqrstuv.abcdefghijklmnopqrstuv.00.aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
                "abcdefghijklmnopqrstuv.abcdefghijklmnopqrstuv.99999999999.aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
                "abcdefghijklmnopqrstuv.abcdefghijklmnopqrstuv.0.aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\n",
                "abcdefghijklmnopqrstuv.abcdefghijklmnopqrstuv.0.aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa=",
                "abcdefghijklmnopqrst:v.abcdefghijklmnopqrstuv.0.aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
            })
    void text_of_another_form_is_no_token(String text) {
        assertThat(RefreshToken.parse(text)).isEmpty();
    }

    @Test
    void token_and_family_do_not_print_what_gives_a_login() {
        RefreshToken token = tokens.newest(ACCOUNT, family);

        assertThat(token.toString()).doesNotContain(token.secret());
        assertThat(family.toString()).doesNotContain(family.seed());
    }

    private static RefreshToken with(RefreshToken token, long generation, String secret) {
        return new RefreshToken(token.account(), token.family(), generation, secret);
    }
}
