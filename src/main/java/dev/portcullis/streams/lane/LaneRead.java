package dev.portcullis.streams.lane;

/**
 * A look at a lane that renewed this node's lease there and told what had moved. All that was appended before it began is
 * known, once the streams that moved were read.
 *
 * @param began when it began, as {@link System#nanoTime()} counts
 * @param millis the same by the store's clock, or earlier: it is compared with a clock that goes on while this machine is
 *     suspended
 */
public record LaneRead(int lane, long began, long millis) {}
