package dev.portcullis.http;

import dev.portcullis.protocol.LowerCaseId;
import java.util.Optional;

/** Reasons for refusing a request, each with its status, id and fixed sentence. */
public enum HttpRefusal implements LowerCaseId {
    BAD_REQUEST(400, "The request can't be read."),
    INVALID_JSON(400, "The body is not one well-formed JSON object."),
    VALIDATION_FAILED(400, "The body does not fit its schema."),
    INVALID_PARAMETER(400, "A parameter is missing, unknown or not valid."),
    INCOMPLETE(400, "The file is shorter than its ticket says."),
    UNAUTHORIZED(401, "A valid token is needed.", "Bearer"),
    INVALID_TOKEN(401, "The token is not valid.", HttpRefusal.BAD_TOKEN),
    EXPIRED_TOKEN(401, "The token has expired.", HttpRefusal.BAD_TOKEN),
    REVOKED_TOKEN(401, "The token is revoked.", HttpRefusal.BAD_TOKEN),
    WRONG_CREDENTIALS(401, "The e-mail address or the password is wrong.", "Bearer"),
    SECOND_FACTOR_REQUIRED(401, "A code of the second factor is needed.", "Bearer"),
    FORBIDDEN(403, "You may not do this."),
    BANNED(403, "You may not come in."),
    CSRF_FAILED(403, "The CSRF token is missing or wrong."),
    NOT_FOUND(404, "There is nothing here."),
    METHOD_NOT_ALLOWED(405, "This can't be done here."),
    REQUEST_TIMEOUT(408, "The body did not arrive in time."),
    CONFLICT(409, "This is taken, or has changed meanwhile."),
    HELD(409, "A hold keeps what this would delete. Lift it first."),
    NO_ARCHIVE(409, "A hold needs an archive, and there is none."),
    MESSAGE_TOO_LARGE(413, "The body is too large."),
    UNSUPPORTED_MEDIA_TYPE(415, "The body must be application/json in UTF-8."),
    WRONG_FILE_TYPE(415, "The file is not of the type that its ticket says."),
    EXPECTATION_FAILED(417, "This expectation can't be met."),
    SECURE_CONNECTION_REQUIRED(426, "Secure connection required"),
    RATE_LIMITED(429, "Too many requests. Try again later."),
    INTERNAL(500, "Something went wrong in the server."),
    UNSUPPORTED(501, "This version can't do this."),
    UNAVAILABLE(503, "The server can't do this now. Try again later.");

    /** RFC 6750 section 3.1. */
    private static final String BAD_TOKEN = "Bearer error=\"invalid_token\"";

    private final int status;
    private final String sentence;
    private final Optional<String> challenge;

    HttpRefusal(int status, String sentence) {
        this(status, sentence, Optional.empty());
    }

    HttpRefusal(int status, String sentence, String challenge) {
        this(status, sentence, Optional.of(challenge));
    }

    HttpRefusal(int status, String sentence, Optional<String> challenge) {
        this.status = status;
        this.sentence = sentence;
        this.challenge = challenge;
    }

    public int status() {
        return status;
    }

    public String sentence() {
        return sentence;
    }

    /** The header {@code WWW-Authenticate}, which each 401 has (RFC 9110 section 15.5.2). */
    public Optional<String> challenge() {
        return challenge;
    }
}
