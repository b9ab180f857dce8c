package dev.portcullis.rooms.authorizer;

import dev.portcullis.http.outgoing.AnswerSchema;

/**
 * Reads the reply of the application by its published schema: one that does not fit counts as no answer, and never as a permission
 * (CWE-636).
 */
final class AuthorizerReply {
    private static final int OK = 200;

    private AuthorizerReply() {}

    static AuthorizerAnswer read(AnswerSchema schema, int status, byte[] body) {
        if (status != OK) {
            return AuthorizerAnswer.UNANSWERED;
        }
        return schema.read(body)
                .filter(AnswerSchema.Answer::fits)
                .flatMap(answer -> answer.text("action"))
                .map(action -> action.equals("allow") ? AuthorizerAnswer.ALLOWED : AuthorizerAnswer.REFUSED)
                .orElse(AuthorizerAnswer.UNANSWERED);
    }
}
