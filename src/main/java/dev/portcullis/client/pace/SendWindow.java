package dev.portcullis.client.pace;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToLongBiFunction;

/**
 * One limit of the server: what was sent within its window, one item for each frame, or for each room of a join. The
 * server has counted a frame between when it was sent and when that was answered, so an item leaves a window's time
 * after the answer.
 */
final class SendWindow {
    /** Bounds the memory: a limit beyond it holds up no client. */
    private static final int MOST = 20_000;

    /** Beyond it nothing is left to halve. */
    private static final int MOST_HALVINGS = 30;

    private final long ms;
    private final List<SentFrame> sent = new ArrayList<>(); // in their order
    private int limit = MOST;
    private long reservedUntil = Long.MIN_VALUE;
    private long sharedUntil = Long.MIN_VALUE;
    private int halvings;

    SendWindow(long ms) {
        this.ms = ms;
    }

    long ms() {
        return ms;
    }

    void limit(long most) {
        limit = (int) Math.min(Math.max(1, most), MOST);
    }

    /** Until then half of it is left to what came before this client. */
    void reserve(long until) {
        reservedUntil = until;
    }

    /** Another session of the user has a part of it. Each block within that time halves what this one takes. */
    void share(long until, long now) {
        halvings = now < sharedUntil ? Math.min(halvings + 1, MOST_HALVINGS) : 1;
        sharedUntil = until;
    }

    void add(SentFrame frame, int times) {
        for (int i = 0; i < times; i++) {
            sent.add(frame);
        }
        if (sent.size() >= 2 * limit) {
            sent.subList(0, sent.size() - limit).clear();
        }
    }

    /** How long one more has to wait. */
    long waitMs(long now) {
        return waitMs(now, SentFrame::countedAt);
    }

    /** How long a question has to wait, which is asked also if the server may never have got what was sent before. */
    long waitOfQuestionMs(long now) {
        return waitMs(now, SentFrame::countedAtIfNotHeldBack);
    }

    private long waitMs(long now, ToLongBiFunction<SentFrame, Long> countedAt) {
        int most = most(now);
        return sent.size() < most
                ? 0
                : Math.max(0, countedAt.applyAsLong(sent.get(sent.size() - most), now) + ms - now);
    }

    /** Whether half of it is left to what must not wait. */
    boolean isHalfFree(long now) {
        int half = (most(now) + 1) / 2;
        return sent.size() < half || sent.get(sent.size() - half).countedAt(now) + ms <= now;
    }

    /** How many more fit now. */
    int free(long now) {
        int most = most(now);
        List<SentFrame> newest = sent.subList(Math.max(0, sent.size() - most), sent.size());
        long counted =
                newest.stream().filter(frame -> frame.countedAt(now) + ms > now).count();
        return most - (int) counted;
    }

    private int most(long now) {
        int times = now < sharedUntil ? halvings : now < reservedUntil ? 1 : 0;
        return Math.max(1, limit >> times);
    }

    /** A frame that the server counts sooner or later. */
    static final class SentFrame {
        /** A frame that gets no answer counts from then on as one that has arrived, unless an answer is awaited. */
        static final long UNANSWERED_MS = 10_000;

        private final String id;
        private final long sentAt;
        private long settledAt = Long.MAX_VALUE;

        SentFrame(String id, long sentAt) {
            this.id = id;
            this.sentAt = sentAt;
        }

        boolean hasId(String other) {
            return id.equals(other);
        }

        long sentAt() {
            return sentAt;
        }

        /** It has arrived at this time at the latest, or never will. */
        void settled(long at) {
            settledAt = at;
        }

        boolean isSettled() {
            return settledAt < Long.MAX_VALUE;
        }

        /** The latest time at which the server can have counted it, as far as that is known. */
        long countedAt(long now) {
            return Math.min(settledAt, now);
        }

        /**
         * The latest time at which the server can have counted it, if nothing is on its way for longer than {@code UNANSWERED_MS}.
         */
        long countedAtIfNotHeldBack(long now) {
            return Math.min(countedAt(now), sentAt + UNANSWERED_MS);
        }
    }
}
