package dev.portcullis.edge.socketio.engine;

import dev.portcullis.config.crypto.Base64Url;

/** Makes the ids of sessions: 192 random bits, since who knows one can read and write in its name (CWE-330). */
final class EngineId {
    private static final int BYTES = 24;

    private EngineId() {}

    static String next() {
        return Base64Url.random(BYTES);
    }
}
