package dev.portcullis.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The protocol page says what the tables in the code say, no more and no less. */
class ProtocolPageTest {
    private static final Path PAGE = Path.of("src/docs/protocol.md");
    private static final Pattern CELLS = Pattern.compile(" (?<!\\\\)\\| ");

    @Test
    void every_frame_type_of_a_client_has_its_row() throws IOException {
        assertThat(column("### From the client", 0))
                .containsExactlyInAnyOrderElementsOf(
                        words(Stream.of(FrameType.values()).map(FrameType::word)));
    }

    @Test
    void every_reason_has_its_row_with_its_sentence() throws IOException {
        assertThat(rows("## Reasons of an error"))
                .containsExactlyElementsOf(Stream.of(Reason.values())
                        .map(reason -> List.of("`" + reason.word() + "`", reason.sentence()))
                        .toList());
    }

    @Test
    void every_auth_refusal_has_its_row() throws IOException {
        assertThat(column("## Reasons of an auth failure", 0))
                .containsExactlyElementsOf(words(Stream.of(AuthRefusal.values()).map(AuthRefusal::word)));
    }

    @Test
    void every_close_code_has_its_row_with_its_phrase_and_whether_to_come_back() throws IOException {
        List<List<String>> told =
                rows("## Close codes").stream().map(row -> row.subList(0, 3)).toList();
        assertThat(told)
                .containsExactlyInAnyOrderElementsOf(Stream.of(CloseCode.values())
                        .map(close -> List.of(String.valueOf(close.code()), close.phrase(), inWords(close.retry())))
                        .toList());
    }

    /** RFC 6455, 7.4.1 and 5.5: these may not be sent, and a reason has to fit a control frame. */
    @Test
    void no_close_code_is_one_that_must_not_be_sent() {
        for (CloseCode close : CloseCode.values()) {
            assertThat(close.code()).isNotIn((short) 1004, (short) 1005, (short) 1006, (short) 1015);
            assertThat(close.phrase().length()).isLessThanOrEqualTo(123);
        }
    }

    private static String inWords(CloseCode.Retry retry) {
        return retry.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    private static List<String> words(Stream<String> words) {
        return words.map(word -> "`" + word + "`").toList();
    }

    private static List<String> column(String heading, int index) throws IOException {
        return rows(heading).stream().map(row -> row.get(index)).toList();
    }

    /** The rows of the table under a heading, without the table's own head. */
    private static List<List<String>> rows(String heading) throws IOException {
        List<String> lines = Files.readAllLines(PAGE);
        int start = lines.indexOf(heading);
        assertThat(start).as("a heading %s", heading).isNotNegative();
        return lines.stream()
                .skip(start + 1L)
                .takeWhile(line -> !line.startsWith("#"))
                .filter(line -> line.startsWith("|"))
                .skip(2)
                .map(line -> List.of(CELLS.split(line.substring(2, line.length() - 2))))
                .toList();
    }
}
