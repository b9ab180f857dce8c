package dev.portcullis.auth.session;

import dev.portcullis.auth.session.RevokedTokens.Token;
import dev.portcullis.protocol.UserId;
import dev.portcullis.store.StoreFailure;
import dev.portcullis.store.embedded.EmbeddedStore;
import dev.portcullis.store.embedded.Table;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Predicate;

/**
 * The revocations of a single node: rows of the embedded store, which outlive the process, and a copy in memory beside
 * the sessions. A revocation is committed first. It then takes effect in memory, under the lock of the sessions, before
 * its caller learns that it is stored.
 */
public final class EmbeddedRevocationStore implements RevocationStore {
    private static final int SWEPT_AT_ONCE = 1_000;
    private static final byte[] FIRST = {};
    private static final byte[] LAST = {(byte) 0xFF};

    private final EmbeddedStore store;
    private final Table table;
    private final EmbeddedSessionStore sessions;
    private final LongSupplier clock;

    private EmbeddedRevocationStore(EmbeddedStore store, EmbeddedSessionStore sessions, LongSupplier clock) {
        this.store = store;
        this.table = store.table("auth.revocations");
        this.sessions = sessions;
        this.clock = clock;
    }

    /** Call it while starting: it makes the table, which blocks the thread. Completes when all revocations are read. */
    public static Future<EmbeddedRevocationStore> open(
            EmbeddedStore store, EmbeddedSessionStore sessions, LongSupplier clock) {
        EmbeddedRevocationStore revocations = new EmbeddedRevocationStore(store, sessions, clock);
        return revocations.readAll().map(rows -> {
            rows.forEach(sessions::load);
            return revocations;
        });
    }

    @Override
    public Future<RevokedSessions> revoke(UserId user, TokenScope scope) {
        return sessions.hasRoomFor(user) ? store(Optional.of(user), scope).compose(this::effect) : full();
    }

    /** The lane does not matter: all are here. */
    @Override
    public Future<Void> revokeInLane(int lane, TokenScope scope) {
        return sessions.hasRoomFor(scope)
                ? store(Optional.empty(), scope).map(sessions::revoke).mapEmpty()
                : full();
    }

    @Override
    public Future<Boolean> isRevoked(UserId user, String tokenId, long issuedAt, Optional<String> sid) {
        return Future.succeededFuture(sessions.isRevoked(new Token(user, tokenId, issuedAt, sid)));
    }

    /** Deletes what no longer counts, a batch at a time until nothing is left. */
    public Future<Void> sweep() {
        sessions.sweepRevocations();
        return sweepRows(clock.getAsLong());
    }

    private Future<Void> sweepRows(long now) {
        return store.readInBackground(reader -> {
                    List<byte[]> expired = new ArrayList<>();
                    reader.scan(table, FIRST, LAST, (key, value) -> {
                        if (RevocationRow.isExpired(value, now)) {
                            expired.add(key);
                        }
                        return expired.size() < SWEPT_AT_ONCE;
                    });
                    return expired;
                })
                .compose(expired -> delete(expired, value -> RevocationRow.isExpired(value, now))
                        .compose(any -> expired.size() < SWEPT_AT_ONCE ? Future.succeededFuture() : sweepRows(now)));
    }

    /** @param obsolete asked of each value again, since a row may have been written again after its key was read */
    private Future<Void> delete(List<byte[]> keys, Predicate<byte[]> obsolete) {
        if (keys.isEmpty()) {
            return Future.succeededFuture();
        }
        return store.<Integer>write(batch -> {
                    for (byte[] key : keys) {
                        byte[] value = batch.get(table, key);
                        if (value != null && obsolete.test(value)) {
                            batch.delete(table, key);
                        }
                    }
                    return keys.size();
                })
                .mapEmpty();
    }

    private Future<RevokedSessions> effect(RevocationRow row) {
        RevokedSessions revoked = sessions.revoke(row);
        return revoked.issuedBefore()
                .map(time -> widen(row.user().orElseThrow(), time).map(revoked))
                .orElseGet(() -> Future.succeededFuture(revoked));
    }

    /** Stores the wide one, and deletes the single ones that it covers: the rows of a user are bounded too (CWE-770). */
    private Future<RevocationRow> widen(UserId user, long time) {
        return store.read(reader -> {
                    List<byte[]> covered = new ArrayList<>();
                    reader.scan(table, RevocationRow.from(user), RevocationRow.to(user), (key, value) -> {
                        RevocationRow each = RevocationRow.decode(key, value);
                        if (sessions.isCovered(each, time)) {
                            covered.add(key);
                        }
                        return true;
                    });
                    return covered;
                })
                .compose(covered -> store(Optional.of(user), new TokenScope.IssuedBefore(time), covered));
    }

    private Future<RevocationRow> store(Optional<UserId> user, TokenScope scope) {
        return store(user, scope, List.of());
    }

    private Future<RevocationRow> store(Optional<UserId> user, TokenScope scope, List<byte[]> covered) {
        RevocationRow row =
                new RevocationRow(user, scope, user.isPresent() ? sessions.until(scope) : sessions.untilInLane(scope));
        return store.write(batch -> {
            covered.forEach(each -> batch.delete(table, each));
            byte[] key = row.key();
            byte[] former = batch.get(table, key);
            batch.put(
                    table,
                    key,
                    former == null
                            ? row.value()
                            : row.and(RevocationRow.decode(key, former)).value());
            return row;
        });
    }

    private Future<List<RevocationRow>> readAll() {
        return store.read(reader -> {
            List<RevocationRow> rows = new ArrayList<>();
            reader.scan(table, FIRST, LAST, (key, value) -> rows.add(RevocationRow.decode(key, value)));
            return rows;
        });
    }

    private static <T> Future<T> full() {
        return Future.failedFuture(new StoreFailure("too many revocations are remembered"));
    }
}
