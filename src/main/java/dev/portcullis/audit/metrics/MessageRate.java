package dev.portcullis.audit.metrics;

/** Frames a second for each open connection, over all of them. */
public record MessageRate(double mean, double p99) {
    public static final MessageRate NONE = new MessageRate(0, 0);
}
