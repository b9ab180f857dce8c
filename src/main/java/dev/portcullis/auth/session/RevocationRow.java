package dev.portcullis.auth.session;

import dev.portcullis.protocol.UserId;
import dev.portcullis.store.StoreFailure;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * A revocation as a row of the embedded store. The key is the user, or nothing, then NUL, then what is revoked. The value
 * is the number of its form, then until when it counts, then the time before which tokens are revoked, or 0.
 *
 * @param user empty where it is not known
 */
record RevocationRow(Optional<UserId> user, TokenScope scope, long until) {
    private static final byte FORMAT = 1;
    private static final int LENGTH = 1 + 2 * Long.BYTES;

    /** The beginning of the rows of a user. */
    static byte[] from(UserId user) {
        return (user.value() + '\0').getBytes(StandardCharsets.UTF_8);
    }

    /** The end of the rows of a user. */
    static byte[] to(UserId user) {
        return (user.value() + '\1').getBytes(StandardCharsets.UTF_8);
    }

    byte[] key() {
        String what = scope.fold(token -> "t" + token, family -> "f" + family, time -> "b");
        return (user.map(UserId::value).orElse("") + '\0' + what).getBytes(StandardCharsets.UTF_8);
    }

    byte[] value() {
        long before = scope.fold(token -> 0L, family -> 0L, time -> time);
        return ByteBuffer.allocate(LENGTH)
                .put(FORMAT)
                .putLong(until)
                .putLong(before)
                .array();
    }

    /** Fails for an unreadable one: to ignore it could make a revoked token good. */
    static RevocationRow decode(byte[] key, byte[] value) {
        String[] parts = new String(key, StandardCharsets.UTF_8).split("\0", 2);
        if (parts.length < 2 || parts[1].isEmpty() || value.length != LENGTH || value[0] != FORMAT) {
            throw new StoreFailure("a revocation can't be read");
        }
        ByteBuffer numbers = ByteBuffer.wrap(value, 1, LENGTH - 1);
        long until = numbers.getLong();
        Optional<UserId> user =
                Optional.of(parts[0]).filter(id -> !id.isEmpty()).map(UserId::new);
        return new RevocationRow(user, scope(parts[1], numbers.getLong()), until);
    }

    static boolean isExpired(byte[] value, long now) {
        return value.length == LENGTH
                && value[0] == FORMAT
                && ByteBuffer.wrap(value, 1, Long.BYTES).getLong() <= now;
    }

    /** The two as one: what either revokes. */
    RevocationRow and(RevocationRow other) {
        TokenScope both =
                scope instanceof TokenScope.IssuedBefore one && other.scope instanceof TokenScope.IssuedBefore two
                        ? new TokenScope.IssuedBefore(Math.max(one.time(), two.time()))
                        : scope;
        return new RevocationRow(user, both, Math.max(until, other.until));
    }

    private static TokenScope scope(String what, long before) {
        String id = what.substring(1);
        return switch (what.charAt(0)) {
            case 't' -> new TokenScope.Token(id);
            case 'f' -> new TokenScope.Family(id);
            case 'b' -> new TokenScope.IssuedBefore(before);
            default -> throw new StoreFailure("a revocation can't be read");
        };
    }
}
