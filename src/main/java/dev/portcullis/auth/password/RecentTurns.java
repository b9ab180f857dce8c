package dev.portcullis.auth.password;

import dev.portcullis.resilience.LruMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * How many turns each user had lately, so that those who want many wait behind the others. Of this node alone. Used by all
 * threads.
 */
final class RecentTurns {
    /** The time for which tries count for the user. */
    private static final long LATELY_MS = TimeUnit.MINUTES.toMillis(15);

    private final Map<String, Turns> byUser;

    private record Turns(long since, int number) {}

    /** @param most users that are known at a time; the one who came longest ago is forgotten first */
    RecentTurns(int most) {
        this.byUser = new LruMap<>(most);
    }

    /** Counts one more turn. @return the number of turns before it */
    synchronized int take(String user, long now) {
        Turns before = byUser.getOrDefault(user, new Turns(now, 0));
        if (Math.abs(now - before.since) >= LATELY_MS) { // a clock may be set back
            before = new Turns(now, 0);
        }
        byUser.put(user, new Turns(before.since, before.number + 1));
        return before.number;
    }

    /** Takes back a turn that was counted and did not take place. */
    synchronized void giveBack(String user) {
        byUser.computeIfPresent(
                user, (any, turns) -> turns.number == 1 ? null : new Turns(turns.since, turns.number - 1));
    }
}
