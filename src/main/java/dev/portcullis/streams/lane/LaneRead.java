package dev.portcullis.streams.lane;

/**
 * A tick of one lane that renewed this node's lease there and named the streams that moved. Once these streams are read,
 * everything appended before the tick began is known.
 *
 * @param beganAt the start of the tick, by {@link System#nanoTime()}
 * @param storeMillis the start by the store's clock, or earlier: for comparison with a clock that goes on while this machine is
 * suspended
 */
public record LaneRead(int lane, long beganAt, long storeMillis) {}
