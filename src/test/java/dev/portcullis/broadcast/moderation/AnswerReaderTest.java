package dev.portcullis.broadcast.moderation;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AnswerReaderTest {
    @Test
    void each_action_is_read() {
        assertThat(read("{\"action\": \"allow\", \"score\": 0.1}")).isEqualTo(ModerationAnswer.ALLOW);
        assertThat(read("{\"action\": \"refuse\"}")).isEqualTo(ModerationAnswer.refuse(Optional.empty()));
        assertThat(read("{\"action\": \"refuse\", \"reason\": \"spam\"}"))
                .isEqualTo(ModerationAnswer.refuse(Optional.of("spam")));
        assertThat(read("{\"action\": \"replace\", \"content\": \"h***\"}"))
                .isEqualTo(ModerationAnswer.replace("h***"));
    }

    /** It reaches the client, and must not carry what the author wrote, or the inside of the service. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "you wrote <b>this</b>",
                "Spam",
                "java.lang.Error",
                "a b",
                "abcdefghijklmnopqrstuvwxyz0123456789"
            })
    void reason_that_is_no_short_word_is_left_out(String reason) {
        assertThat(read("{\"action\": \"refuse\", \"reason\": \"" + reason + "\"}"))
                .isEqualTo(ModerationAnswer.refuse(Optional.empty()));
    }

    /** CWE-636: none of these is a permission. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "allow",
                "\"allow\"",
                "[]",
                "[{\"action\": \"allow\"}]",
                "{}",
                "{\"action\": null}",
                "{\"action\": true}",
                "{\"action\": \"Allow\"}",
                "{\"action\": \"allow \"}",
                "{\"action\": [\"allow\"]}",
                "{\"action\": \"allow\", \"action\": \"refuse\"}",
                "{\"action\": \"allow\"} {}",
                "{\"action\": \"allow\"",
                "{\"action\": \"allow\" /* yes */}",
                "{\"action\": \"replace\"}",
                "{\"action\": \"replace\", \"content\": 5}",
                "<html>allow</html>"
            })
    void answer_that_is_not_understood_is_no_answer(String body) {
        assertThat(read(body)).isEqualTo(ModerationAnswer.NONE);
    }

    @Test
    void replacement_that_is_no_message_refuses_what_was_written() {
        assertThat(read("{\"action\":\"replace\",\"content\":\"\"}"))
                .isEqualTo(ModerationAnswer.refuse(Optional.empty()));
        assertThat(read("{\"action\":\"replace\",\"content\":\"" + "\ud83d\ude00".repeat(5_000) + "\"}"))
                .isEqualTo(ModerationAnswer.replace("\ud83d\ude00".repeat(5_000)));
        assertThat(read("{\"action\":\"replace\",\"content\":\"" + "x".repeat(5_001) + "\"}"))
                .isEqualTo(ModerationAnswer.refuse(Optional.empty()));
    }

    @ParameterizedTest
    @ValueSource(ints = {201, 202, 204, 304, 400, 403, 429, 500, 503})
    void only_status_200_is_an_answer(int status) {
        assertThat(AnswerReader.read(status, "{\"action\": \"allow\"}".getBytes(UTF_8)))
                .isEqualTo(ModerationAnswer.NONE);
    }

    @Test
    void answer_that_is_no_utf_8_is_no_answer() {
        byte[] latin = "{\"action\": \"allow\", \"by\": \"J\u00fcrgen\"}".getBytes(ISO_8859_1);
        assertThat(AnswerReader.read(200, latin)).isEqualTo(ModerationAnswer.NONE);
    }

    @Test
    void replacement_is_not_printed() {
        assertThat(ModerationAnswer.replace("what somebody wrote")).hasToString("ModerationAnswer[REPLACE]");
    }

    private static ModerationAnswer read(String body) {
        return AnswerReader.read(200, body.getBytes(UTF_8));
    }
}
