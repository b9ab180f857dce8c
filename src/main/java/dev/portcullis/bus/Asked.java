package dev.portcullis.bus;

/**
 * A question on its way.
 *
 * @param deadline {@link System#nanoTime()} of this node after which nobody waits for the answer
 */
record Asked(long deadline, Object body) {}
