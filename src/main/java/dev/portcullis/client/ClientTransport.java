package dev.portcullis.client;

import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;

/** What the parts of a client need of their connection. */
interface ClientTransport {
    /** Random, never a counter: an id that could be guessed or repeated would meet another message's ack. */
    String freshId();

    /** Without a connection the frame is dropped. */
    void write(String text);

    /** Asks once; fails when there is no connection or it is cut before the answer. */
    Future<JsonObject> ask(JsonObject frame);

    void later(long ms, Runnable work);

    void tell(ClientEvent event);

    long now();
}
