package dev.portcullis.edge.handshake;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.ProtocolPage;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The refusals of a handshake, on the protocol page and in the code. */
class HandshakeRefusalTest {
    @Test
    void refusals_are_listed_on_the_page_with_their_status_in_the_order_of_the_checks() throws IOException {
        List<List<String>> rows = ProtocolPage.rows("### Refusals of a handshake").stream()
                .map(row -> row.subList(0, 2))
                .toList();
        assertThat(rows)
                .containsExactlyElementsOf(Stream.of(HandshakeRefusal.values())
                        .map(refusal -> List.of(ProtocolPage.code(refusal.id()), String.valueOf(refusal.status())))
                        .toList());
    }

    @Test
    void refusal_that_permits_a_retry_has_retry_after() throws IOException {
        for (HandshakeRefusal refusal : HandshakeRefusal.values()) {
            boolean documented = ProtocolPage.rows("### Refusals of a handshake").stream()
                    .filter(each -> each.get(0).equals(ProtocolPage.code(refusal.id())))
                    .anyMatch(each -> each.get(2).contains("`Retry-After`"));
            assertThat(documented).as("%s", refusal).isEqualTo(refusal.retryAfterMs() > 0);
        }
    }
}
