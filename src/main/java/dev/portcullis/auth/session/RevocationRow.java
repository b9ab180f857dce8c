package dev.portcullis.auth.session;

import dev.portcullis.protocol.UserId;
import dev.portcullis.store.rows.Partition;
import dev.portcullis.store.rows.RowForm;
import dev.portcullis.store.rows.RowKey;
import dev.portcullis.store.rows.Rows;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A revocation as it is stored. Those that concern a token are all in the lane of its user. {@code revoke_outside.lua} writes
 * those of a user too.
 *
 * @param until when it no longer counts
 * @param issuedBefore the time before which the revoked tokens were issued; empty if it may be any
 */
record RevocationRow(long until, Optional<Long> issuedBefore) {
    static final RowForm<RevocationRow> FORM = RowForm.of(RevocationRow.class);

    /** The revocations whose user is not known, where they are counted. They count for users by {@link #keyOfAnyUser}. */
    static final Partition COUNTED = new Partition("revocations_counted", "all");

    /** One that is made now. A time of issue may lie ahead, and counts for as long from then on. */
    static RevocationRow of(TokenScope scope, long now, long keepMs) {
        long from = Math.max(now, scope.issuedBefore().orElse(now));
        return new RevocationRow(from + keepMs, scope.issuedBefore());
    }

    static Partition of(UserId user) {
        return new Partition("revocations", user.value());
    }

    /** The row of a token or a login in the lane of each user who may have it. */
    static RowKey keyOfAnyUser(TokenScope scope) {
        return RowKey.of("revocation", scope.key());
    }

    /** The row of all tokens of a lane that were issued before a time. */
    private static final RowKey OF_ALL_USERS = keyOfAnyUser(TokenScope.issuedBefore(0));

    /** All rows on which it rests whether the token is revoked. */
    static List<RowKey> keysOf(TokenIdentity token) {
        Partition ofUser = of(token.user());
        List<RowKey> keys = new ArrayList<>(6);
        keys.add(ofUser.row(TokenScope.BEFORE));
        keys.add(OF_ALL_USERS);
        addKeys(keys, ofUser, TokenScope.token(token.tokenId()));
        token.family().ifPresent(family -> addKeys(keys, ofUser, TokenScope.family(family)));
        return keys;
    }

    private static void addKeys(List<RowKey> keys, Partition ofUser, TokenScope scope) {
        keys.add(ofUser.row(scope.key()));
        keys.add(keyOfAnyUser(scope));
    }

    /** The rule: a token is revoked if one of its rows revokes it. */
    static boolean isRevoked(TokenIdentity token, Rows found) {
        for (RowKey key : keysOf(token)) {
            Optional<String> row = found.get(key);
            if (row.isPresent() && FORM.decode(row.get()).revokes(token, found.now())) {
                return true;
            }
        }
        return false;
    }

    boolean isInForce(long now) {
        return until > now;
    }

    private boolean revokes(TokenIdentity token, long now) {
        return isInForce(now)
                && issuedBefore.filter(time -> token.issuedAt() >= time).isEmpty();
    }

    /** The two as one, which revokes what either revokes. */
    RevocationRow and(RevocationRow other) {
        return new RevocationRow(
                Math.max(until, other.until),
                issuedBefore.flatMap(time -> other.issuedBefore.map(each -> Math.max(time, each))));
    }
}
