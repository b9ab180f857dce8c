package dev.portcullis.streams.lane;

/**
 * A tick of one lane that renewed this node's lease there and named the streams that moved. Once these streams are read,
 * everything appended before the tick began is known.
 *
 * @param beganAt when it began, by {@link System#nanoTime()}
 * @param storeMillis the same by the store's clock, or earlier: for comparison with a clock that goes on while this
 *     machine is suspended
 */
public record LaneRead(int lane, long beganAt, long storeMillis) {}
