package dev.portcullis.auth.revocation;

import dev.portcullis.protocol.UserId;
import dev.portcullis.protocol.WireName;
import java.util.Optional;
import java.util.function.Function;

/** The tokens or the session that an operator, the user or the server has revoked. */
public sealed interface Revocation {
    <R> R fold(Cases<R> cases);

    /** What a caller does with each kind. */
    record Cases<R>(
            Function<OfToken, R> token,
            Function<OfFamily, R> family,
            Function<OfUser, R> user,
            Function<OfSession, R> session) {}

    /**
     * One token.
     *
     * @param tokenId {@code jti}, or the hash of what is signed
     * @param user the user of the token; empty where the operator does not know: then the token of any user with this id
     */
    @WireName("Token")
    record OfToken(String tokenId, Optional<UserId> user) implements Revocation {
        @Override
        public <R> R fold(Cases<R> cases) {
            return cases.token().apply(this);
        }
    }

    /**
     * All tokens of one login.
     *
     * @param sid the claim of its tokens
     * @param user empty as in {@link OfToken}
     */
    @WireName("Family")
    record OfFamily(String sid, Optional<UserId> user) implements Revocation {
        @Override
        public <R> R fold(Cases<R> cases) {
            return cases.family().apply(this);
        }
    }

    /**
     * All tokens of a user that were issued before a time.
     *
     * @param issuedBefore milliseconds
     */
    @WireName("User")
    record OfUser(UserId user, long issuedBefore) implements Revocation {
        @Override
        public <R> R fold(Cases<R> cases) {
            return cases.user().apply(this);
        }
    }

    /** One session. Its token stays good. */
    @WireName("Session")
    record OfSession(String sessionId) implements Revocation {
        @Override
        public <R> R fold(Cases<R> cases) {
            return cases.session().apply(this);
        }
    }
}
