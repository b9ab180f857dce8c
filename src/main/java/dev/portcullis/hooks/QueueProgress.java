package dev.portcullis.hooks;

import dev.portcullis.hooks.HooksConfig.Retry;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleSupplier;

/**
 * The state of one queue that a node remembers between deliveries: when the next delivery may begin, and how many events it has.
 * A failure pauses the queue, each time twice as long. If a batch is refused, or fails while other events are taken, the next
 * delivery has half as many events. So only events that are refused themselves are given up, and others wait for few deliveries.
 * While the application takes other events, a refused one is retried at once and not later: it holds up the queue for no longer
 * than its attempts take (CWE-400).
 *
 * <p>An event over which the application breaks would hold up its lane for ever (CWE-400). A failure counts against the events
 * of a delivery if others were taken since the delivery before it. While none are taken, the application is away, and nothing is
 * set aside or given up. An event that fails alone is set aside together with the events of its key, and the lane goes on. The
 * first event aside that is given up for failures had pauses between its attempts, since a part of the application may have been
 * away. The events that follow it have no pauses, so that a user who sends many of them does not hold up the others aside.
 */
final class QueueProgress {
    private static final int MOST_DOUBLINGS = 30;

    /** Stands for no bound of a delivery but the configured one. */
    private static final int UNBOUNDED = 1 << 20;

    /** How many events have to be taken after one that was set aside or given up, since more like it may follow. */
    private static final int WATCHED = 100;

    private final boolean aside;
    private final Retry retry;
    private final int attempts;
    private final DoubleSupplier random;
    private int failures;
    private int refusals;
    private int most = UNBOUNDED;
    private int halvings;
    private int faults;
    private int watched;
    private boolean failing;
    private boolean probing;
    private long takenBefore;
    private long takenAtLast;
    private long notBefore;

    enum Next {
        REMOVE,
        KEEP,
        SET_ASIDE,
        DISCARD
    }

    /**
     * @param aside whether it is the queue of what was set aside
     * @param attempts after which an event is given up that is refused or fails
     * @param random from 0 to 1
     * @param allTaken how many events the application has taken from this node, of all queues
     * @param now like {@link System#nanoTime()}
     */
    QueueProgress(boolean aside, Retry retry, int attempts, DoubleSupplier random, long allTaken, long now) {
        this.aside = aside;
        this.retry = retry;
        this.attempts = attempts;
        this.random = random;
        this.takenAtLast = allTaken;
        this.notBefore = now;
    }

    boolean isDue(long now) {
        return now - notBefore >= 0;
    }

    int size(int batch) {
        return Math.min(most, batch);
    }

    /**
     * Whether the next delivery should be of one event of another key than the first has. If all queues begin with events
     * over which the application breaks, none is taken; then only this shows that the application is not away.
     */
    boolean isProbing() {
        return probing;
    }

    /** The event of another key stays where it is, and comes again in its turn: so what has one key is in order. */
    Next afterProbe(Delivery.Outcome outcome, long now) {
        probing = false;
        return outcome == Delivery.Outcome.TAKEN ? Next.KEEP : away(now);
    }

    boolean isSmooth() {
        return failures == 0 && refusals == 0 && most == UNBOUNDED && watched == 0;
    }

    /** Whether its events may be those over which the application breaks. */
    boolean isSuspect() {
        return failing || watched > 0;
    }

    /** Whether a delivery may be broken off soon: at worst an event is set aside that the application would have taken. */
    boolean isBrief() {
        return (halvings > 0 || watched > 0) && !aside;
    }

    /** How often the present first event has failed while others were taken. */
    int faults() {
        return halvings + faults;
    }

    /** Whether other events were taken since the last delivery of this queue. */
    boolean areOthersTaken(long allTaken) {
        return allTaken != takenAtLast;
    }

    /** @param allTaken how many events the application has taken from this node, of all queues */
    Next after(Delivery.Outcome outcome, int events, long allTaken, long now) {
        return switch (outcome) {
            case TAKEN -> taken(events, allTaken);
            case AWAY -> away(now);
            case FAILED -> failed(events, allTaken, now);
            case REFUSED -> refused(events, allTaken, now);
        };
    }

    /** The step after one event whose author's others were given up: it has one attempt, as long as others are taken. */
    Next afterFaultyAuthor(Delivery.Outcome outcome, long allTaken, long now) {
        if (outcome == Delivery.Outcome.FAILED && areOthersTaken(allTaken)) {
            takenAtLast = allTaken;
            return Next.DISCARD;
        }
        return after(outcome, 1, allTaken, now);
    }

    /** The application or the store is away: the fault is not in the events or the queue. */
    Next away(long now) {
        failures++;
        pause(failures, now);
        return Next.KEEP;
    }

    private Next taken(int events, long allTaken) {
        failures = 0;
        refusals = 0;
        halvings = 0;
        faults = 0;
        failing = false;
        probing = false;
        watched = Math.max(0, watched - events);
        most = Math.min(UNBOUNDED, 2 * most);
        takenAtLast = allTaken + events;
        return Next.REMOVE;
    }

    private Next failed(int events, long allTaken, long now) {
        boolean counts = areOthersTaken(allTaken);
        takenAtLast = allTaken;
        failing = true;
        probing = !counts;
        if (!counts) {
            return away(now);
        }
        if (events > 1) {
            halvings++;
            most = events / 2;
            pause(1, now);
            return Next.KEEP;
        }
        faults++;
        if (!aside) {
            return goOn(Next.SET_ASIDE);
        } else if (faults >= attempts) {
            return goOn(Next.DISCARD);
        } else if (watched > 0) {
            failures = 0;
            return Next.KEEP;
        }
        return away(now);
    }

    private Next goOn(Next next) {
        faults = 0;
        failures = 0;
        halvings = 0;
        failing = false;
        probing = false;
        watched = WATCHED;
        return next;
    }

    private Next refused(int events, long allTaken, long now) {
        failures = 0;
        failing = false;
        takenAtLast = allTaken;
        if (events > 1) {
            most = events / 2;
            return Next.KEEP;
        }
        refusals++;
        if (refusals >= attempts) {
            refusals = 0;
            faults = 0;
            return Next.DISCARD;
        }
        if (refusals == 1) {
            takenBefore = allTaken;
        } else if (allTaken == takenBefore) { // it may refuse whatever comes, as after a faulty deployment
            pause(refusals - 1, now);
        }
        return Next.KEEP;
    }

    /** Between half the pause and all of it, so that lanes and nodes that failed together do not return together. */
    private void pause(int times, long now) {
        long doubled = retry.firstMs() << Math.min(times - 1, MOST_DOUBLINGS);
        long pauseMs = Math.min(retry.longestMs(), doubled);
        notBefore = now + TimeUnit.MILLISECONDS.toNanos((long) (pauseMs * (1 + random.getAsDouble()) / 2));
    }
}
