package dev.portcullis.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RequestCookiesTest {
    @Test
    void all_values_of_a_name_are_found_in_all_lines() {
        List<String> lines = List.of("a=1; __Host-t=x;\t__Host-t=\"y\" ;b=2", "__Host-t=z", "__Host-tt=no; t=no");

        assertThat(RequestCookies.values(lines, "__Host-t")).containsExactly("x", "y", "z");
    }

    @Test
    void line_that_is_too_long_is_not_read() {
        assertThat(RequestCookies.values(List.of("t=1; pad=" + "x".repeat(8_192)), "t"))
                .isEmpty();
    }

    /** A browser lets a sibling domain set each of these for the whole domain, since none begins with the prefix. */
    @ParameterizedTest
    @ValueSource(strings = {"\u001c", "\u001f", "\u000b", "\f", "\u0085", "\u00a0", "\u2000", "\u3000", "\""})
    void name_behind_another_character_than_a_space_is_another_name(String before) {
        assertThat(RequestCookies.values(List.of("a=1; " + before + "__Host-t=x"), "__Host-t"))
                .isEmpty();
        assertThat(RequestCookies.values(List.of(before + "__Host-t=x"), "__Host-t"))
                .isEmpty();
        assertThat(RequestCookies.values(List.of("__HOST-t=x; __host-t=y; __Host-T=z"), "__Host-t"))
                .isEmpty();
    }
}
