package dev.portcullis.edge.connection;

import dev.portcullis.auth.session.Session;
import dev.portcullis.protocol.UserId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A key by which connections are found. */
public record ConnectionKey(Kind kind, String value) {
    /**
     * The kinds of key. A connection has at most one key of each, and only its address before it has a session.
     */
    public enum Kind {
        SESSION,
        TOKEN,
        FAMILY,
        USER,
        ADDRESS
    }

    public static ConnectionKey session(String sessionId) {
        return new ConnectionKey(Kind.SESSION, sessionId);
    }

    /** @param tokenId {@code jti}, or the hash of what is signed */
    public static ConnectionKey token(String tokenId) {
        return new ConnectionKey(Kind.TOKEN, tokenId);
    }

    /** @param sid the login that its token comes from */
    public static ConnectionKey family(String sid) {
        return new ConnectionKey(Kind.FAMILY, sid);
    }

    public static ConnectionKey user(UserId user) {
        return new ConnectionKey(Kind.USER, user.value());
    }

    /** @param key the key under which limits count the address: see {@link dev.portcullis.http.IpAddress#keys} */
    public static ConnectionKey address(String key) {
        return new ConnectionKey(Kind.ADDRESS, key);
    }

    static List<ConnectionKey> of(Optional<Session> session, String addressKey) {
        List<ConnectionKey> keys = new ArrayList<>(Kind.values().length);
        session.ifPresent(present -> {
            keys.add(session(present.id()));
            keys.add(token(present.tokenId()));
            keys.add(user(present.sender().userId()));
            present.family().ifPresent(family -> keys.add(family(family)));
        });
        keys.add(address(addressKey));
        return keys;
    }
}
