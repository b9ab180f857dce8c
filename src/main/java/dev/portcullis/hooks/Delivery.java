package dev.portcullis.hooks;

/**
 * What came of a delivery.
 *
 * @param reason for the log, of a closed set of words and numbers
 */
public record Delivery(Outcome outcome, String reason) {
    public enum Outcome {
        /** The application has the events. */
        TAKEN,
        /** The application says that it will never take these events as they are. */
        REFUSED,
        /** It is not known whether the application has them. */
        FAILED
    }

    static final Delivery TAKEN = new Delivery(Outcome.TAKEN, "taken");

    static Delivery refused(String reason) {
        return new Delivery(Outcome.REFUSED, reason);
    }

    static Delivery failed(String reason) {
        return new Delivery(Outcome.FAILED, reason);
    }
}
