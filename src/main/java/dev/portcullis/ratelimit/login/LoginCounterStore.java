package dev.portcullis.ratelimit.login;

import io.vertx.core.Future;
import java.util.List;

/**
 * Counts logins, by the store's own clock. Each call is one atomic step: two concurrent ones never both take the last
 * slot. A failed future means that the store could not count.
 */
public interface LoginCounterStore {
    /**
     * Counts one in all of these windows, or in none.
     *
     * @param windows of one address or one account, the widest last; or one
     * @return 0 if it counted; otherwise the time in milliseconds until it would
     */
    Future<Long> count(List<LoginWindow> windows);

    /**
     * Takes back one of the counts that came last in each of these windows; nothing where none counts. Of attempts that
     * overlap, it may be the count of another, which then leaves earlier by the time between the two.
     *
     * @return whether it took one back in the first window
     */
    Future<Boolean> giveBack(List<LoginWindow> windows);

    /** Like {@link #count}, but counts nothing. */
    Future<Long> look(LoginWindow window);

    /** Removes what no longer counts. Changes no answer; to be called periodically. */
    void sweep();
}
