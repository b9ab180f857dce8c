package dev.portcullis.edge;

/** Frames per second and connection, over all open connections. */
record MessageRate(double mean, double p99) {
    static final MessageRate NONE = new MessageRate(0, 0);
}
