package dev.portcullis.broadcast;

import io.vertx.core.Future;

/**
 * How long a sender's publication may still be appended, by the store's clock: its session may have ended since. Both
 * futures fail where that can't be said in time, or it has ended; then nothing more is tried.
 */
public interface PublishFence {
    /** As far as is known now. */
    Future<Long> current(long withinMs);

    /** As a look tells that begins now: an append has come too late for the last one. */
    Future<Long> renewed(long withinMs);
}
