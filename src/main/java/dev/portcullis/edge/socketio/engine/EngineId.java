package dev.portcullis.edge.socketio.engine;

import java.security.SecureRandom;
import java.util.Base64;

/** Makes the ids of sessions: 192 random bits, since who knows one can read and write in its name (CWE-330). */
final class EngineId {
    private static final int BYTES = 24;
    private static final SecureRandom RANDOM = new SecureRandom();

    private EngineId() {}

    static String next() {
        byte[] bytes = new byte[BYTES];
        RANDOM.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
