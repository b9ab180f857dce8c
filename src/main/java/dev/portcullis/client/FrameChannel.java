package dev.portcullis.client;

import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;

/** The connection, as the parts of a client use it. */
interface FrameChannel {
    /** A random id, never a counter: an id that is guessed or repeated would get the ack of another message. */
    String newId();

    /** Without a connection the frame is dropped. */
    void write(JsonObject frame);

    /** Sends a frame that has no answer, if it can go now. */
    boolean tell(JsonObject frame);

    /** Sends the frame once; fails if there is no connection, or if it ends before the answer. */
    Future<JsonObject> ask(JsonObject frame);

    void later(long ms, Runnable work);

    void emit(ClientEvent event);

    long now();
}
