package dev.portcullis.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IdsTest {
    @ParameterizedTest
    @ValueSource(strings = {"", "-a", "_a", ".a", ":a", "a b", "a/b", "a@b", "a\n", "é", "aé", "\u0141a", "😀"})
    void these_are_no_rooms(String text) {
        assertThat(RoomId.isValid(text)).isFalse();
        assertThatIllegalArgumentException().isThrownBy(() -> new RoomId(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "@a", "|a", "+a", "a b", "a/b", "a\n", "é", "a\u0000"})
    void these_are_no_users(String text) {
        assertThat(UserId.isValid(text)).isFalse();
        assertThatIllegalArgumentException().isThrownBy(() -> new UserId(text));
    }

    @Test
    void ids_may_be_as_long_as_the_contract_says_and_no_longer() {
        assertThat(RoomId.isValid("a".repeat(64))).isTrue();
        assertThat(RoomId.isValid("a".repeat(65))).isFalse();
        assertThat(UserId.isValid("a".repeat(128))).isTrue();
        assertThat(UserId.isValid("a".repeat(129))).isFalse();
    }

    @Test
    void every_character_of_the_contract_is_allowed_after_the_first() {
        assertThat(RoomId.isValid("Az09_.:-")).isTrue();
        assertThat(UserId.isValid("h:Az09_.:-@|+")).isTrue();
    }
}
