package dev.portcullis.auth.login;

import dev.portcullis.auth.session.Session;
import dev.portcullis.auth.session.SessionRenewal;
import dev.portcullis.auth.session.SessionRenewal.Denied;
import dev.portcullis.auth.session.SessionStore;
import dev.portcullis.auth.session.SessionsConfig;
import dev.portcullis.auth.token.TokenClaims;
import dev.portcullis.auth.token.TokenDefect;
import dev.portcullis.store.StoreFailure;
import io.vertx.core.Future;
import java.util.function.LongSupplier;

/** Gives live sessions another verified token of the same user. */
public final class SessionRenewer {
    private final SessionStore store;
    private final SessionsConfig config;
    private final LongSupplier clock;

    public SessionRenewer(SessionStore store, SessionsConfig config, LongSupplier clock) {
        this.store = store;
        this.config = config;
        this.clock = clock;
    }

    /** Fails if the caller does not wait any more. */
    public Future<SessionRenewal> renew(TokenClaims claims, RenewSessionRequest request) {
        Session session = request.session();
        if (!isOfSameUser(claims, session)) {
            return Future.succeededFuture(new Denied(TokenDefect.OTHER_USER));
        }
        if (request.hasExpired(clock.getAsLong())) {
            return Future.failedFuture(new StoreFailure("the request to renew a session has expired"));
        }
        return store.renew(session.renewed(claims, config.absoluteMs()));
    }

    /** A token of somebody else would give them what this user's connection has already received (CWE-384). */
    private static boolean isOfSameUser(TokenClaims claims, Session session) {
        return claims.userId().equals(session.sender().userId())
                && claims.issuer().equals(session.issuer());
    }
}
