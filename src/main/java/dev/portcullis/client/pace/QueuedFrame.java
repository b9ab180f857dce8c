package dev.portcullis.client.pace;

import io.vertx.core.json.JsonObject;

/**
 * A frame that waits for its turn or its answer.
 *
 * @param sent whether it is on its way, so that its outcome is not known yet
 */
public record QueuedFrame(String id, String type, boolean sent, long ageMs, JsonObject frame) {}
