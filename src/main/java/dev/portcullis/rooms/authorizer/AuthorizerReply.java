package dev.portcullis.rooms.authorizer;

import dev.portcullis.config.Json;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads the reply of the application strictly: what is not understood counts as no answer, and never as a permission
 * (CWE-636). Members that are not known are ignored.
 */
final class AuthorizerReply {
    private static final int OK = 200;

    private AuthorizerReply() {}

    static AuthorizerAnswer read(int status, byte[] body) {
        if (status != OK) {
            return AuthorizerAnswer.UNANSWERED;
        }
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(body))
                    .toString();
            return Json.parseWithoutComments(text) instanceof Map<?, ?> members
                    ? read(members.get("action"))
                    : AuthorizerAnswer.UNANSWERED;
        } catch (IOException malformed) {
            return AuthorizerAnswer.UNANSWERED;
        }
    }

    private static AuthorizerAnswer read(@Nullable Object action) {
        if ("allow".equals(action)) {
            return AuthorizerAnswer.ALLOWED;
        }
        return "refuse".equals(action) ? AuthorizerAnswer.REFUSED : AuthorizerAnswer.UNANSWERED;
    }
}
