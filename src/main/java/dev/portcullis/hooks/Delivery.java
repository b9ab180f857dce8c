package dev.portcullis.hooks;

/**
 * The result of a delivery.
 *
 * @param reason for the log, of a closed set of words and numbers
 */
public record Delivery(Outcome outcome, String reason) {
    public enum Outcome {
        TAKEN,
        /** The application says that it will never take these events as they are. */
        REFUSED,
        /** The application broke over them, or fell silent: it may be their fault. It is not known whether it has them. */
        FAILED,
        /** It says nothing about the events: they did not reach the application, or something before it answered. */
        AWAY
    }

    static final Delivery TAKEN = new Delivery(Outcome.TAKEN, "taken");

    static Delivery refused(String reason) {
        return new Delivery(Outcome.REFUSED, reason);
    }

    static Delivery failed(String reason) {
        return new Delivery(Outcome.FAILED, reason);
    }

    static Delivery away(String reason) {
        return new Delivery(Outcome.AWAY, reason);
    }
}
