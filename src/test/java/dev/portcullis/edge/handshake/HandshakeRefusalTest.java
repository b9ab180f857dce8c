package dev.portcullis.edge.handshake;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.ProtocolPage;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The rows of the handshake table, on the protocol page and in the code. */
class HandshakeRefusalTest {
    @Test
    void every_refusal_has_its_row_with_its_status_in_the_order_of_the_checks() throws IOException {
        List<List<String>> told = ProtocolPage.rows("### Refusals of a handshake").stream()
                .map(row -> row.subList(0, 2))
                .toList();
        assertThat(told)
                .containsExactlyElementsOf(Stream.of(HandshakeRefusal.values())
                        .map(row -> List.of(ProtocolPage.code(row.id()), String.valueOf(row.status())))
                        .toList());
    }

    @Test
    void who_may_come_back_is_told_when() throws IOException {
        for (HandshakeRefusal row : HandshakeRefusal.values()) {
            boolean told = ProtocolPage.rows("### Refusals of a handshake").stream()
                    .filter(each -> each.get(0).equals(ProtocolPage.code(row.id())))
                    .anyMatch(each -> each.get(2).contains("`Retry-After`"));
            assertThat(told).as("%s", row).isEqualTo(row.retryAfterMs() > 0);
        }
    }
}
