package dev.portcullis.rooms.authorizer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.http.outgoing.AnswerSchema;
import dev.portcullis.http.outgoing.OutgoingService;
import dev.portcullis.rooms.authorizer.HttpAuthorizer.AuthorizerReply;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AuthorizerReplyTest {
    private static final AnswerSchema SCHEMA = AnswerSchema.of(OutgoingService.DIRECT_HOOK);

    @Test
    void allow_and_refuse_are_understood_with_other_members_beside_them() {
        assertThat(read(200, "{\"action\":\"allow\",\"more\":[1]}")).isEqualTo(AuthorizerAnswer.ALLOWED);
        assertThat(read(200, "{\"action\":\"refuse\"}")).isEqualTo(AuthorizerAnswer.REFUSED);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{}",
                "allow",
                "\"allow\"",
                "[\"allow\"]",
                "{\"action\":\"ALLOW\"}",
                "{\"action\":true}",
                "{\"action\":null}",
                "{\"action\":[\"allow\"]}",
                "{\"action\":\"refuse\",\"action\":\"allow\"}",
                "{\"action\":\"allow\"} x",
                "{\"action\":\"allow\"",
                "{\"allow\":true}"
            })
    void anything_else_is_no_answer(String body) {
        assertThat(read(200, body)).isEqualTo(AuthorizerAnswer.UNANSWERED);
    }

    @ParameterizedTest
    @ValueSource(ints = {201, 204, 304, 400, 401, 403, 404, 500, 503})
    void another_status_is_no_answer_whatever_the_body_says(int status) {
        assertThat(read(status, "{\"action\":\"allow\"}")).isEqualTo(AuthorizerAnswer.UNANSWERED);
    }

    @Test
    void invalid_utf8_is_no_answer() {
        byte[] body = "{\"action\":\"allow\",\"x\":\"_\"}".getBytes(StandardCharsets.US_ASCII);
        body[body.length - 3] = (byte) 0xFF;
        assertThat(AuthorizerReply.read(SCHEMA, 200, body)).isEqualTo(AuthorizerAnswer.UNANSWERED);
    }

    private static AuthorizerAnswer read(int status, String body) {
        return AuthorizerReply.read(SCHEMA, status, body.getBytes(StandardCharsets.UTF_8));
    }
}
