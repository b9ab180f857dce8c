package dev.portcullis.protocol.codec;

import static dev.portcullis.kit.ProtocolPage.code;
import static dev.portcullis.kit.ProtocolPage.column;
import static dev.portcullis.kit.ProtocolPage.rows;
import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.ProtocolPage;
import dev.portcullis.protocol.AuthRefusal;
import dev.portcullis.protocol.CloseCode;
import dev.portcullis.protocol.FrameType;
import dev.portcullis.protocol.Reason;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The protocol page matches the tables in the code exactly. */
class ProtocolPageTest {
    @Test
    void every_frame_type_of_a_client_has_its_row() throws IOException {
        assertThat(column("### From the client", 0))
                .containsExactlyInAnyOrderElementsOf(
                        ids(Stream.of(FrameType.values()).map(FrameType::id)));
    }

    @Test
    void every_reason_has_its_row_with_its_sentence() throws IOException {
        assertThat(rows("## Reasons of an error"))
                .containsExactlyElementsOf(Stream.of(Reason.values())
                        .map(reason -> List.of(code(reason.id()), reason.sentence()))
                        .toList());
    }

    @Test
    void every_auth_refusal_has_its_row() throws IOException {
        assertThat(column("## Reasons of an auth failure", 0))
                .containsExactlyElementsOf(ids(Stream.of(AuthRefusal.values()).map(AuthRefusal::id)));
    }

    @Test
    void every_close_code_has_its_row_with_its_phrase_and_retry() throws IOException {
        List<List<String>> documented =
                rows("## Close codes").stream().map(row -> row.subList(0, 3)).toList();
        assertThat(documented)
                .containsExactlyInAnyOrderElementsOf(Stream.of(CloseCode.values())
                        .map(close -> List.of(String.valueOf(close.code()), close.phrase(), retryText(close.retry())))
                        .toList());
    }

    /** RFC 6455, 7.4.1 and 5.5: these may not be sent, and a reason has to fit a control frame. */
    @Test
    void close_code_is_never_one_that_must_not_be_sent() {
        for (CloseCode close : CloseCode.values()) {
            assertThat(close.code()).isNotIn((short) 1004, (short) 1005, (short) 1006, (short) 1015);
            assertThat(close.phrase().length()).isLessThanOrEqualTo(123);
        }
    }

    private static String retryText(CloseCode.Retry retry) {
        return retry.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    private static List<String> ids(Stream<String> ids) {
        return ids.map(ProtocolPage::code).toList();
    }
}
