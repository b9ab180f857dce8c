package dev.portcullis.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BearerTokenTest {
    @Test
    void the_scheme_is_read_in_any_case() {
        assertThat(BearerToken.in(List.of("bEARER a.b.c"))).contains("a.b.c");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Bearer", "Bearer ", "Basic a.b.c", "a.b.c", "Bearera.b.c"})
    void anything_else_is_no_token(String line) {
        assertThat(BearerToken.in(List.of(line))).isEmpty();
    }

    @Test
    void empty_token_is_presented_and_only_by_the_scheme() {
        assertThat(BearerToken.presented("Bearer")).contains("");
        assertThat(BearerToken.presented("bearer  ")).contains("");
        assertThat(BearerToken.presented("Bearer a.b.c")).contains("a.b.c");
        assertThat(BearerToken.presented("Bearera")).isEmpty();
        assertThat(BearerToken.presented("")).isEmpty();
    }

    @Test
    void none_and_two_are_none() {
        assertThat(BearerToken.in(List.of())).isEmpty();
        assertThat(BearerToken.in(List.of("Bearer a", "Bearer a"))).isEmpty();
    }
}
