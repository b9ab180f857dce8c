package dev.portcullis.broadcast;

import dev.portcullis.bus.Bus;
import io.vertx.core.Future;

/** Answers questions of the stage that concern one part of it. Shared by its instances on a node. */
public interface BroadcastResponder {
    /** Completes when this instance can be asked. */
    Future<?> answer(Bus bus, int instance);
}
