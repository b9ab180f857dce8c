package dev.portcullis.auth.revocation;

import dev.portcullis.auth.revocation.Revocation.OfFamily;
import dev.portcullis.protocol.UserId;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.cutoff.Cutoff.TokenRevoked;
import dev.portcullis.streams.cutoff.CutoffPublisher;
import io.vertx.core.Future;

/** Ends the sessions of a login with a cut-off, but remembers nothing for tokens that come later. */
public final class CutoffRevoker implements Revoker {
    private final CutoffPublisher publisher;

    public CutoffRevoker(CutoffPublisher publisher) {
        this.publisher = publisher;
    }

    @Override
    public Future<Boolean> revoke(Revocation revocation) {
        return revocation.fold(token -> unsupported(), this::publish, user -> unsupported(), session -> unsupported());
    }

    private Future<Boolean> publish(OfFamily family) {
        UserId user = family.user().orElseThrow();
        return publisher
                .publish(StreamName.inbox(user).lane(), TokenRevoked.family(family.sid(), family.user()))
                .map(true);
    }

    private static Future<Boolean> unsupported() {
        return Future.failedFuture(new UnsupportedOperationException("only the tokens of a login can be revoked"));
    }
}
