package dev.portcullis.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IdsTest {
    @ParameterizedTest
    @ValueSource(strings = {"", "-a", "_a", ".a", ":a", "a b", "a/b", "a@b", "a\n", "é", "aé", "\u0141a", "😀"})
    void room_id_of_another_form_is_refused(String text) {
        assertThat(RoomId.isValid(text)).isFalse();
        assertThatIllegalArgumentException().isThrownBy(() -> new RoomId(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "@a", "|a", "+a", "a b", "a/b", "a\n", "é", "a\u0000"})
    void user_id_of_another_form_is_refused(String text) {
        assertThat(UserId.isValid(text)).isFalse();
        assertThatIllegalArgumentException().isThrownBy(() -> new UserId(text));
    }

    @Test
    void id_up_to_the_longest_is_valid_and_a_longer_one_is_not() {
        assertThat(RoomId.isValid("a".repeat(64))).isTrue();
        assertThat(RoomId.isValid("a".repeat(65))).isFalse();
        assertThat(UserId.isValid("a".repeat(128))).isTrue();
        assertThat(UserId.isValid("a".repeat(129))).isFalse();
    }

    @Test
    void id_with_every_allowed_character_is_valid() {
        assertThat(RoomId.isValid("Az09_.:-")).isTrue();
        assertThat(UserId.isValid("h:Az09_.:-@|+")).isTrue();
    }
}
