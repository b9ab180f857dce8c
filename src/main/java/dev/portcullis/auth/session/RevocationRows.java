package dev.portcullis.auth.session;

import dev.portcullis.protocol.UserId;
import dev.portcullis.store.rows.Partition;
import dev.portcullis.store.rows.RowForm;
import dev.portcullis.store.rows.RowKey;
import dev.portcullis.store.rows.Rows;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;

/**
 * Names the rows of revocations, and judges by them. Those that concern a token are all in the
 * lane of its user. {@code revoke_outside.lua} writes those of a user too.
 */
final class RevocationRows {
    static final RowForm<RevocationRow> FORM = RowForm.of(RevocationRow.class);

    /** The row of a user's tokens that were issued before a time. It comes before the other rows of the user. */
    static final String BEFORE = "before";

    /** The revocations whose user is not known, where they are counted. They count for users by {@link #ofAnyUser}. */
    static final Partition COUNTED = new Partition("revocations_counted", "all");

    private RevocationRows() {}

    static Partition of(UserId user) {
        return new Partition("revocations", user.value());
    }

    /** The row of a token or a login in the lane of each user who may have it. */
    static RowKey ofAnyUser(TokenScope scope) {
        return RowKey.of("revocation", key(scope));
    }

    /** Ids are any text, and keys printable ASCII. */
    static String key(TokenScope scope) {
        return scope.fold(token -> "jti:" + encoded(token), family -> "sid:" + encoded(family), time -> BEFORE);
    }

    /** All rows on which it rests whether the token is revoked. */
    static List<RowKey> of(TokenIdentity token) {
        Partition ofUser = of(token.user());
        return Stream.concat(
                        Stream.of(ofUser.row(BEFORE)),
                        scopes(token).flatMap(scope -> Stream.of(ofUser.row(key(scope)), ofAnyUser(scope))))
                .toList();
    }

    /** The rule: a token is revoked if one of its rows revokes it. */
    static boolean isRevoked(TokenIdentity token, Rows found) {
        return of(token).stream()
                .flatMap(row -> found.get(row).stream())
                .anyMatch(row -> FORM.decode(row).revokes(token, found.now()));
    }

    private static Stream<TokenScope> scopes(TokenIdentity token) {
        return Stream.concat(
                Stream.of(new TokenScope.Token(token.tokenId())), token.family().map(TokenScope.Family::new).stream());
    }

    private static String encoded(String id) {
        return URLEncoder.encode(id, StandardCharsets.UTF_8);
    }
}
