package dev.portcullis.streams.lane;

import dev.portcullis.streams.lane.LaneStore.LaneCursor;

/**
 * A tick of one lane that renewed this node's lease there and named the streams that moved. Once these streams are read,
 * everything appended before the tick began is known.
 *
 * @param upTo where the lane was: every append up to there is known then
 * @param beganAt the start of the tick, by {@link System#nanoTime()}
 * @param storeMillis the start by the store's clock, or earlier: for comparison with a clock that goes on while this machine is
 * suspended
 */
public record LaneRead(LaneCursor upTo, long beganAt, long storeMillis) {
    public int lane() {
        return upTo.lane();
    }
}
