package dev.portcullis.audit.metrics;

/** Frames per second and connection, over all open connections. */
public record MessageRate(double mean, double p99) {
    public static final MessageRate NONE = new MessageRate(0, 0);
}
