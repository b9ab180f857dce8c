package dev.portcullis.broadcast;

import dev.portcullis.bus.Bus;
import io.vertx.core.Future;

/** Answers questions of the stage that concern one part of it. The instances of a node share it. */
public interface BroadcastResponder {
    /** Completes when this instance can be asked. */
    Future<?> answer(Bus bus, int instance);
}
