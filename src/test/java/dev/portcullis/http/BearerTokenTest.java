package dev.portcullis.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BearerTokenTest {
    @Test
    void scheme_is_case_insensitive() {
        assertThat(BearerToken.in(List.of("bEARER a.b.c"))).contains("a.b.c");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Bearer", "Bearer ", "Basic a.b.c", "a.b.c", "Bearera.b.c"})
    void line_without_scheme_and_token_is_no_token(String line) {
        assertThat(BearerToken.in(List.of(line))).isEmpty();
    }

    @Test
    void empty_token_with_the_scheme_counts_as_presented() {
        assertThat(BearerToken.presented("Bearer")).contains("");
        assertThat(BearerToken.presented("bearer  ")).contains("");
        assertThat(BearerToken.presented("Bearer a.b.c")).contains("a.b.c");
        assertThat(BearerToken.presented("Bearera")).isEmpty();
        assertThat(BearerToken.presented("")).isEmpty();
    }

    @Test
    void missing_or_repeated_header_is_no_token() {
        assertThat(BearerToken.in(List.of())).isEmpty();
        assertThat(BearerToken.in(List.of("Bearer a", "Bearer a"))).isEmpty();
    }
}
