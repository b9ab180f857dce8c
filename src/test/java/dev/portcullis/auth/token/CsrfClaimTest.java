package dev.portcullis.auth.token;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.DevToken;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CsrfClaimTest {
    private static final String OWN = DevToken.of("ann").csrf("page").signed();
    private static final String OTHER = DevToken.of("eve").csrf("other").signed();
    private static final String WITHOUT = DevToken.of("eve").signed();

    @Test
    void token_that_claims_the_csrf_token_of_the_page_is_found_among_others() {
        for (String other : List.of(OTHER, WITHOUT, "", "garbage", "..", "a.b.c", OTHER + ".x", "x".repeat(20_000))) {
            assertThat(CsrfClaim.ofPage(List.of(other, OWN), Optional.of("page")))
                    .containsExactly(OWN);
            assertThat(CsrfClaim.ofPage(List.of(OWN, other), Optional.of("page")))
                    .containsExactly(OWN);
        }
    }

    @Test
    void all_are_left_where_none_or_several_may_be_the_page_s() {
        String again = DevToken.of("eve").csrf("page").signed();
        assertThat(CsrfClaim.ofPage(List.of(OWN, OTHER), Optional.empty())).containsExactly(OWN, OTHER);
        assertThat(CsrfClaim.ofPage(List.of(OWN, OTHER), Optional.of("stale"))).containsExactly(OWN, OTHER);
        assertThat(CsrfClaim.ofPage(List.of(OWN, again, OTHER), Optional.of("page")))
                .containsExactly(OWN, again);
        assertThat(CsrfClaim.ofPage(List.of(OTHER), Optional.of("page")))
                .as("it is verified, and refused, like any other")
                .containsExactly(OTHER);
    }
}
