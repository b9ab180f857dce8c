package dev.portcullis.http;

import java.util.Locale;

/** Reasons for refusing a request, each with its status, id and fixed sentence. */
public enum HttpRefusal {
    BAD_REQUEST(400, "The request can't be read."),
    INVALID_JSON(400, "The body is not one well-formed JSON object."),
    VALIDATION_FAILED(400, "The body does not fit its schema."),
    INVALID_PARAMETER(400, "A parameter is missing, unknown or not valid."),
    UNAUTHORIZED(401, "A valid token is needed."),
    FORBIDDEN(403, "You may not do this."),
    NOT_FOUND(404, "There is nothing here."),
    METHOD_NOT_ALLOWED(405, "This can't be done here."),
    REQUEST_TIMEOUT(408, "The body did not arrive in time."),
    MESSAGE_TOO_LARGE(413, "The body is too large."),
    UNSUPPORTED_MEDIA_TYPE(415, "The body must be application/json in UTF-8."),
    EXPECTATION_FAILED(417, "This expectation can't be met."),
    SECURE_CONNECTION_REQUIRED(426, "Secure connection required"),
    RATE_LIMITED(429, "Too many requests. Try again later."),
    INTERNAL(500, "Something went wrong in the server."),
    UNAVAILABLE(503, "The server can't do this now. Try again later.");

    private final String id = name().toLowerCase(Locale.ROOT);
    private final int status;
    private final String sentence;

    HttpRefusal(int status, String sentence) {
        this.status = status;
        this.sentence = sentence;
    }

    public int status() {
        return status;
    }

    /** The answer's {@code reason}, also used in logs and labels. */
    public String id() {
        return id;
    }

    public String sentence() {
        return sentence;
    }
}
