package dev.portcullis.auth.invitation;

import io.vertx.core.Future;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** Keeps invitations until they expire, by the hash of their code. A failed future means that the store failed. */
public interface AccountInvitationStore {
    /** @param now invitations that are over by then are forgotten, at any later time */
    Future<Void> add(String hash, AccountInvitation invitation, long now);

    /**
     * Changes an invitation in one atomic step; false if it does not exist, or the step changes nothing.
     *
     * @param step may be called more than once, and only the last call counts: it must have no effects
     */
    Future<Boolean> update(String hash, Function<AccountInvitation, Optional<AccountInvitation>> step);

    /** Removes an invitation, used or not; false if it does not exist. */
    Future<Boolean> remove(String hash);

    /**
     * Invitations that are not over, those that end first coming first.
     *
     * @param from where to begin, as {@link #place} says; empty for the first
     * @param limit the most of a page, which may have fewer although there are more
     */
    Future<Page> page(String from, int limit, long now);

    /**
     * A part of the invitations.
     *
     * @param next where the next page begins; empty if this is the last
     */
    record Page(Map<String, AccountInvitation> byHash, String next) {}

    /** The place of an invitation in the order of pages. */
    static String place(String hash, AccountInvitation invitation) {
        return String.format(Locale.ROOT, "%015d.%s", invitation.expiresAt(), hash);
    }
}
