package dev.portcullis.protocol;

/** Why a frame is refused: the only table of error reasons, each with its fixed sentence. */
public enum Reason implements LowerCaseId {
    INVALID_JSON("The frame is not one well-formed JSON object."),
    VALIDATION_FAILED("The frame does not fit its schema."),
    UNKNOWN_TYPE("There is no frame of this type."),
    MESSAGE_TOO_LARGE("The frame is too large."),
    FORBIDDEN("You may not do this."),
    NOT_FOUND("There is nothing under this id."),
    NOT_MEMBER("You are not in this room, or may not enter it."),
    CONFLICT("This contradicts something done before."),
    CSRF_FAILED("The CSRF token is missing or wrong."),
    UNAVAILABLE("The outcome is unknown. Send the frame again under the same id."),
    TIMEOUT("There was no answer in time. Nothing changed."),
    RESTRICTED("This is restricted for now."),
    UNSUPPORTED("This server does not offer this."),
    INTERNAL("Something went wrong in the server.");

    private final String sentence;

    Reason(String sentence) {
        this.sentence = sentence;
    }

    public String sentence() {
        return sentence;
    }
}
