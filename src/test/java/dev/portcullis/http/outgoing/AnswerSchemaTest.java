package dev.portcullis.http.outgoing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.portcullis.http.outgoing.AnswerSchema.Answer;
import dev.portcullis.protocol.Rejection.Violation;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AnswerSchemaTest {
    private static final AnswerSchema CONTENT = AnswerSchema.of(OutgoingService.CONTENT_HOOK);

    @Test
    void members_that_the_schema_does_not_know_are_ignored_whatever_they_hold() {
        String deep = "[".repeat(12) + "]".repeat(12);
        Answer answer = read("{\"" + "n".repeat(500) + "\":1,\"constructor\":{},\"deep\":" + deep
                        + ",\"action\":\"allow\"}")
                .orElseThrow();

        assertThat(answer.fits()).isTrue();
        assertThat(answer.members()).containsOnlyKeys("action");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"action\":\"refuse\",\"reason\":\"Spam!\"} | /reason | pattern",
                "{\"action\":\"refuse\",\"reason\":5} | /reason | type",
                "{\"action\":\"replace\"} | /content | required",
                "{\"action\":\"replace\",\"content\":5} | /content | type",
                "{\"action\":\"replace\",\"content\":\"\"} | /content | minLength",
                "{\"action\":\"allowed\"} | /action | enum",
                "{\"action\":null} | /action | enum",
                "{\"reason\":5} | /action | required",
            })
    void answer_that_does_not_fit_says_where(String body, String path, String rule) {
        assertThat(read(body).orElseThrow().violations()).containsExactly(new Violation(path, rule));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"action\":\"allow\",\"reason\":5,\"content\":5}",
                "{\"action\":\"refuse\",\"content\":\"\"}",
                "{\"action\":\"replace\",\"content\":\"a\",\"reason\":\"NOT A WORD\"}"
            })
    void member_of_another_action_is_not_judged(String body) {
        assertThat(read(body).orElseThrow().violations()).isEqualTo(List.of());
    }

    @Test
    void service_whose_answers_have_no_schema_is_unknown() {
        assertThatIllegalArgumentException().isThrownBy(() -> AnswerSchema.of(OutgoingService.KEYS));
    }

    private static Optional<Answer> read(String body) {
        return CONTENT.read(body.getBytes(UTF_8));
    }
}
