package dev.portcullis.http;

import java.util.Locale;

/** Reasons for refusing a request, each with its status, id and fixed sentence. */
public enum HttpRefusal {
    BAD_REQUEST(400, "The request can't be read."),
    UNAUTHORIZED(401, "A valid token is needed."),
    FORBIDDEN(403, "You may not do this."),
    NOT_FOUND(404, "There is nothing here."),
    METHOD_NOT_ALLOWED(405, "This can't be done here."),
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
