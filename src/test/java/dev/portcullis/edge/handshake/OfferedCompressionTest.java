package dev.portcullis.edge.handshake;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OfferedCompressionTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "permessage-deflate",
                "permessage-deflate; client_max_window_bits",
                "Permessage-Deflate;client_max_window_bits=15",
                "permessage-deflate; client_max_window_bits=\"9\"; server_no_context_takeover",
                "permessage-deflate; server_no_context_takeover; client_no_context_takeover",
                "x-webkit-deflate-frame, permessage-deflate",
                "permessage-deflate; server_max_window_bits=10, permessage-deflate"
            })
    void offer_that_we_can_meet_is_accepted_without_context(String offer) {
        assertThat(OfferedCompression.answer(List.of(offer)))
                .contains("permessage-deflate; server_no_context_takeover; client_no_context_takeover");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "permessage-bzip2",
                "permessage-deflate2",
                "permessage-deflate; server_max_window_bits=10",
                "permessage-deflate; server_max_window_bits",
                "permessage-deflate; client_max_window_bits=16",
                "permessage-deflate; client_max_window_bits=07",
                "permessage-deflate; client_max_window_bits=",
                "permessage-deflate; client_max_window_bits; client_max_window_bits=10",
                "permessage-deflate; server_no_context_takeover=1",
                "permessage-deflate; unknown",
                "permessage-deflate;",
                ";permessage-deflate"
            })
    void any_other_offer_is_declined(String offer) {
        assertThat(OfferedCompression.answer(List.of(offer))).isEmpty();
    }

    @Test
    void offers_beyond_the_bound_are_not_read() {
        assertThat(OfferedCompression.answer(Collections.nCopies(2_000, "a,"))).isEmpty();
        assertThat(OfferedCompression.answer(List.of("a,".repeat(16) + "permessage-deflate")))
                .isEmpty();
        assertThat(OfferedCompression.answer(List.of("a", "permessage-deflate")))
                .isPresent();
    }
}
