package dev.portcullis.auth.mail;

import java.util.concurrent.TimeUnit;

/**
 * When another mail may follow those before it: the pause between two doubles, until a day has passed without one.
 *
 * @param mailed how many mails were sent without a day's rest between them
 * @param lastAt when the last one was sent, in milliseconds
 */
public record MailPause(int mailed, long lastAt) {
    public static final MailPause NONE = new MailPause(0, 0);

    private static final long FIRST_MS = TimeUnit.MINUTES.toMillis(1);
    private static final long LONGEST_MS = TimeUnit.MINUTES.toMillis(30);
    private static final int DOUBLINGS = 5;
    private static final long REST_MS = TimeUnit.DAYS.toMillis(1);

    /** How long no further mail is sent, in milliseconds. */
    public long waitMs(long now) {
        if (mailed == 0 || hasRested(now)) {
            return 0;
        }
        long pause = pauseAfter(mailed);
        return Math.max(0, Math.min(pause, lastAt + pause - now));
    }

    MailPause after(long now) {
        return new MailPause(hasRested(now) ? 1 : mailed + 1, now);
    }

    /** The pause without one of these mails, which was not sent. */
    MailPause without(long sentAt) {
        if (mailed <= 1) {
            return sentAt == lastAt ? NONE : this;
        }
        long before = lastAt - pauseAfter(mailed - 1); // the one before was sent then, or earlier
        return new MailPause(mailed - 1, sentAt == lastAt ? before : lastAt);
    }

    private static long pauseAfter(int mailed) {
        return Math.min(LONGEST_MS, FIRST_MS << Math.min(mailed - 1, DOUBLINGS));
    }

    /** A pause as short as after the first mail. */
    MailPause shortened() {
        return new MailPause(Math.min(mailed, 1), lastAt);
    }

    /** When the next mail begins it again. */
    long endsAt() {
        return lastAt + REST_MS;
    }

    boolean hasRested(long now) {
        return now - lastAt >= REST_MS;
    }
}
