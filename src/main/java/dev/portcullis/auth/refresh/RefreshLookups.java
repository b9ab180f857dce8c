package dev.portcullis.auth.refresh;

import dev.portcullis.resilience.LruMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Bounds how often the tokens of a login are looked up in the store: a client that once had a login can send its tokens as
 * often as requests are accepted (CWE-770). A login pays for its own tokens alone, and a stranger has none of them. A login
 * that is over is remembered for a while; it stays over, so this refuses no right token. Kept in memory, for this node alone.
 * Used by all threads.
 */
public final class RefreshLookups {
    /** The time after which one more look-up is allowed. */
    public static final long EACH_MS = 1_000;

    /** Look-ups at once: a browser may open many tabs again, and each of them asks. */
    static final int BURST = 200;

    private static final long REMEMBERED_MS = TimeUnit.MINUTES.toMillis(10);
    private static final int LOGINS = 20_000;

    private final Map<String, Login> logins;

    /** Whether a token that this server may have issued is looked up. */
    public enum Lookup {
        DUE,
        TOO_OFTEN,
        OVER
    }

    /**
     * A login, as far as it matters for the look-ups of its tokens.
     *
     * @param paidUntil when its look-ups are paid for, each with {@link #EACH_MS}
     * @param overUntil until when the login is remembered as over; 0 if it is not known to be over
     */
    private record Login(long paidUntil, long overUntil) {
        private static final Login NEW = new Login(0, 0);
    }

    public RefreshLookups() {
        this(LOGINS);
    }

    /** @param most logins that are known at a time; the one that asked longest ago is forgotten first */
    RefreshLookups(int most) {
        this.logins = new LruMap<>(most);
    }

    /** @param sid of a token whose tag is right */
    public synchronized Lookup take(String sid, long now) {
        Login login = logins.getOrDefault(sid, Login.NEW);
        if (now < login.overUntil) {
            return Lookup.OVER;
        }
        long most = now + BURST * EACH_MS;
        long paidUntil = Math.max(now, Math.min(login.paidUntil, most)); // a clock may be set back
        boolean due = paidUntil + EACH_MS <= most;
        logins.put(sid, new Login(due ? paidUntil + EACH_MS : paidUntil, 0));
        return due ? Lookup.DUE : Lookup.TOO_OFTEN;
    }

    /** The login has ended or run out, or its account is gone: none of its tokens is ever good again. */
    public synchronized void over(String sid, long now) {
        logins.put(sid, new Login(0, now + REMEMBERED_MS));
    }
}
