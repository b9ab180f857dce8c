package dev.portcullis.resilience;

import dev.portcullis.protocol.UserId;
import dev.portcullis.resilience.CircuitBreaker.Failure;
import dev.portcullis.resilience.CircuitBreaker.Pass;
import dev.portcullis.resilience.CircuitBreaker.State;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * The circuits of a target whose outcomes depend on what users send: a failure counts for the user who caused it, so that
 * none can have the questions of others held back (CWE-400). All share one bound on what is in flight. A user has a
 * sixteenth of it, and users who had failures lately have three quarters together: the others always find a place beside
 * them. The last places are for users who ask rarely, so that many who ask as often as they may leave some to others. Only
 * users who had failures lately have a circuit breaker; the one whose failure is longest ago is forgotten first.
 */
public final class UserCircuits {
    private static final int MOST_USERS = 10_000;
    private static final int SHARES = 16;
    private static final long LATELY_MS = 60_000;
    private static final long LATELY_NANOS = TimeUnit.MILLISECONDS.toNanos(LATELY_MS);
    private static final int RARELY = 5;
    private static final int OFTEN = 20;
    private static final int VERY_OFTEN = 60;

    private final CircuitBreaker.Config config;
    private final int most;
    private final long rememberedNanos;
    private final CircuitBreaker all;
    private final Map<UserId, Integer> inFlight = new HashMap<>();
    private final Map<UserId, Failed> failed = new LinkedHashMap<>();
    private Map<UserId, Integer> askedBefore = Map.of();
    private Map<UserId, Integer> asked = new HashMap<>();
    private Optional<Long> askedSince = Optional.empty();
    private int total;
    private int ofFailed;

    /** A user who had failures lately. */
    private record Failed(CircuitBreaker breaker, long lastAt) {}

    /** @param inFlight questions at a time, of all users */
    public UserCircuits(CircuitBreaker.Config config, int inFlight) {
        this.config = config;
        this.most = inFlight;
        this.rememberedNanos = TimeUnit.MILLISECONDS.toNanos(config.longestMs() + LATELY_MS);
        this.all = new CircuitBreaker(config);
    }

    public Circuit of(UserId user) {
        return new OfUser(user);
    }

    /**
     * {@code OPEN} if the last questions of all users together failed as often in a row as opens a breaker. That holds
     * back none of them, so it closes with the next answer.
     */
    public Pass position() {
        return all.state() == State.CLOSED ? Pass.CLOSED : Pass.OPEN;
    }

    /** Users who had failures lately. */
    synchronized int failedUsers() {
        return failed.size();
    }

    private synchronized Optional<CircuitBreaker> breaker(UserId user) {
        return Optional.ofNullable(failed.get(user)).map(Failed::breaker);
    }

    private synchronized Pass pass(UserId user, long now) {
        forget(now);
        forgetAsked(now);
        return breaker(user).map(breaker -> breaker.pass(now)).orElse(Pass.CLOSED);
    }

    private synchronized boolean begin(UserId user, Pass pass) {
        boolean hasFailed = failed.containsKey(user);
        int own = inFlight.getOrDefault(user, 0);
        if (total >= placesFor(user)
                || own >= Math.max(1, most / SHARES)
                || (hasFailed && ofFailed >= most - most / 4)) {
            cancelTrial(user, pass);
            return false;
        }
        if (asked.size() < MOST_USERS || asked.containsKey(user)) {
            asked.merge(user, 1, Integer::sum);
        }
        inFlight.put(user, own + 1);
        total++;
        ofFailed += hasFailed ? 1 : 0;
        return true;
    }

    /**
     * The number of places that may be taken already when this user asks: the fewer, the more often the user asked in this
     * minute and the one before.
     */
    private int placesFor(UserId user) {
        int times = asked.getOrDefault(user, 0) + askedBefore.getOrDefault(user, 0);
        int left = times < RARELY ? 0 : times < OFTEN ? most / 8 : times < VERY_OFTEN ? most / 4 : most / 2;
        return most - left;
    }

    private void forgetAsked(long now) {
        long past = now - askedSince.orElse(now);
        if (askedSince.isEmpty() || past >= LATELY_NANOS) {
            askedBefore = past >= 2 * LATELY_NANOS ? Map.of() : asked;
            asked = new HashMap<>();
            askedSince = Optional.of(now);
        }
    }

    private synchronized void cancel(UserId user, Pass pass) {
        release(user);
        cancelTrial(user, pass);
    }

    private synchronized void end(UserId user, Optional<Failure> failure, Pass pass, long now) {
        release(user);
        failure.ifPresentOrElse(how -> fail(user, how, pass, now), () -> {
            all.recordSuccess();
            breaker(user).ifPresent(CircuitBreaker::recordSuccess);
        });
    }

    private void fail(UserId user, Failure failure, Pass pass, long now) {
        all.recordFailure(failure, Pass.CLOSED, now);
        Failed known = failed.remove(user);
        if (known == null) {
            ofFailed += inFlight.getOrDefault(user, 0);
        }
        CircuitBreaker breaker = known == null ? new CircuitBreaker(config) : known.breaker();
        breaker.recordFailure(failure, pass, now);
        failed.put(user, new Failed(breaker, now));
        forget(now);
    }

    private void cancelTrial(UserId user, Pass pass) {
        breaker(user).ifPresent(breaker -> breaker.recordCancelled(pass));
    }

    private void release(UserId user) {
        int own = inFlight.getOrDefault(user, 0);
        if (own > 1) {
            inFlight.put(user, own - 1);
        } else {
            inFlight.remove(user);
        }
        total--;
        ofFailed -= failed.containsKey(user) ? 1 : 0;
    }

    private void forget(long now) {
        Iterator<Map.Entry<UserId, Failed>> oldest = failed.entrySet().iterator();
        while (oldest.hasNext()) {
            Map.Entry<UserId, Failed> each = oldest.next();
            if (failed.size() <= MOST_USERS && now - each.getValue().lastAt() < rememberedNanos) {
                return;
            }
            ofFailed -= inFlight.getOrDefault(each.getKey(), 0);
            oldest.remove();
        }
    }

    private final class OfUser implements Circuit {
        private final UserId user;

        OfUser(UserId user) {
            this.user = user;
        }

        @Override
        public State state() {
            return breaker(user).map(CircuitBreaker::state).orElse(State.CLOSED);
        }

        @Override
        public Pass position(long now) {
            return breaker(user).map(breaker -> breaker.position(now)).orElse(Pass.CLOSED);
        }

        @Override
        public Pass pass(long now) {
            return UserCircuits.this.pass(user, now);
        }

        @Override
        public boolean begin(Pass pass) {
            return UserCircuits.this.begin(user, pass);
        }

        @Override
        public void cancel(Pass pass) {
            UserCircuits.this.cancel(user, pass);
        }

        @Override
        public void end(Optional<Failure> failure, Pass pass, long now) {
            UserCircuits.this.end(user, failure, pass, now);
        }
    }
}
