package dev.portcullis.ratelimit.anomaly;

import dev.portcullis.config.Live;
import dev.portcullis.protocol.UserId;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The scores of users on one node. All open sessions of a user share one, and what is left of it stays when the last of
 * them ends: neither a second connection nor a new one must be a way out of a restriction. Of users without a session a
 * bounded number is kept; who was not seen for longest is forgotten first. Used from all event loops.
 */
public final class UserScores {
    /** Below it a score is of no consequence. */
    private static final double NEGLIGIBLE = 1;

    private final Live<AnomalyConfig> config;
    private final Map<UserId, Shared> live = new HashMap<>();
    private final Map<UserId, AnomalyScore> ended = new LinkedHashMap<>(16, 0.75f, true);

    private record Shared(AnomalyScore score, Set<SessionScore> sessions) {}

    public UserScores(Live<AnomalyConfig> config) {
        this.config = config;
    }

    /** A session begins, with what its user has already. */
    public synchronized SessionScore begin(UserId user) {
        Shared shared = live.computeIfAbsent(user, any -> new Shared(former(user), new HashSet<>()));
        SessionScore session = new SessionScore(config, shared.score());
        shared.sessions().add(session);
        return session;
    }

    /** The session has ended. */
    public synchronized void end(UserId user, SessionScore session, long nowMs) {
        Shared shared = live.get(user);
        if (shared != null
                && shared.sessions().remove(session)
                && shared.sessions().isEmpty()) {
            live.remove(user);
            keep(user, shared.score(), nowMs);
        }
    }

    /** A ban settles the score: sessions that begin after it begin without one. */
    public synchronized void forget(UserId user) {
        live.remove(user);
        ended.remove(user);
    }

    /** How many users without a session have a score. */
    public synchronized int size() {
        return ended.size();
    }

    private AnomalyScore former(UserId user) {
        return Optional.ofNullable(ended.remove(user)).orElseGet(AnomalyScore::new);
    }

    private void keep(UserId user, AnomalyScore score, long nowMs) {
        AnomalyConfig current = config.get();
        if (score.at(current, nowMs) >= NEGLIGIBLE) {
            ended.put(user, score);
            forgetEldest(current.trackedUsers());
        }
    }

    private void forgetEldest(int max) {
        var eldest = ended.keySet().iterator();
        while (ended.size() > max && eldest.hasNext()) {
            eldest.next();
            eldest.remove();
        }
    }
}
