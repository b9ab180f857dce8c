package dev.portcullis.auth.account;

import dev.portcullis.auth.revocation.Revocation.OfFamily;
import dev.portcullis.auth.revocation.Revoker;
import dev.portcullis.protocol.UserId;
import io.vertx.core.Future;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Ends what belongs to ended logins: their access tokens and sessions. Repeats what an earlier attempt left undone. */
final class LoginEnder {
    private final AccountStore store;
    private final Revoker revoker;
    private final LoginPolicy logins;

    LoginEnder(AccountStore store, Revoker revoker, LoginPolicy logins) {
        this.store = store;
        this.revoker = revoker;
        this.logins = logins;
    }

    /** Completes when nothing of the ended logins of an account is left. */
    Future<Void> finish(AccountState state) {
        List<String> ended = state.endedFamilies();
        return ended.isEmpty()
                ? Future.succeededFuture()
                : finish(state.account().id(), ended);
    }

    /** @param ended logins that the store counts as ended, or does not know */
    Future<Void> finish(UserId user, Collection<String> ended) {
        return Future.all(ended.stream()
                        .map(login -> revoker.revoke(new OfFamily(login, Optional.of(user))))
                        .toList())
                .compose(revoked -> store.update(
                        user, state -> AccountStore.Change.to(logins.forget(state, Set.copyOf(ended)), user)))
                .mapEmpty();
    }
}
