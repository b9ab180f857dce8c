package dev.portcullis.auth.invitation;

import dev.portcullis.config.Secret;
import dev.portcullis.config.crypto.Base64Url;
import dev.portcullis.config.crypto.Sha256;
import dev.portcullis.protocol.UserId;
import io.vertx.core.Future;
import java.util.Optional;
import java.util.function.LongSupplier;

/** Makes invitations, and has each of them used once. */
public final class AccountInvitations {
    private static final int BYTES = 32;
    private static final int PAGE = 100;

    private final AccountInvitationStore store;
    private final LongSupplier clock;

    public AccountInvitations(AccountInvitationStore store, LongSupplier clock) {
        this.store = store;
        this.clock = clock;
    }

    /**
     * A new invitation, as the operator gets it.
     *
     * @param code the secret that the operator passes on; it is kept nowhere
     * @param expiresAt milliseconds
     */
    public record Made(String code, long expiresAt) {
        @Override
        public String toString() { // a code in a log lets its reader in (CWE-532)
            return "Made[" + Secret.REDACTED + "]";
        }
    }

    public Future<Made> make(long lifetimeMs) {
        long now = clock.getAsLong();
        Made made = new Made(Base64Url.random(BYTES), now + lifetimeMs);
        return store.add(Sha256.base64Url(made.code), new AccountInvitation(now, made.expiresAt, Optional.empty()), now)
                .map(made);
    }

    /** Has a user who is about to be registered use it; false if it is unknown, over or used. */
    public Future<Boolean> take(String code, UserId user) {
        long now = clock.getAsLong();
        return store.update(Sha256.base64Url(code), invitation -> invitation.takenBy(user, now));
    }

    /** The user was surely not registered: another one may use it. */
    public Future<Void> giveBack(String code, UserId user) {
        return store.update(Sha256.base64Url(code), invitation -> invitation.givenBackBy(user))
                .mapEmpty();
    }

    /** The invitations that have not expired; the first to expire is the first. */
    public Future<AccountInvitationStore.Listing> list(String from) {
        return store.page(from, PAGE, clock.getAsLong());
    }

    /** No user registers with it from then on; false if there is none. A user who registers with it now may still succeed. */
    public Future<Boolean> withdraw(String id) {
        return store.remove(id);
    }
}
