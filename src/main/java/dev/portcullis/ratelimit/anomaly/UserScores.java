package dev.portcullis.ratelimit.anomaly;

import dev.portcullis.config.Live;
import dev.portcullis.protocol.UserId;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The scores that sessions of a node had when they ended, by user: a new connection must not be a way out of a
 * restriction. Bounded; the user who was not seen for longest is forgotten first. Used from all event loops.
 */
public final class UserScores {
    /** Below it a score is of no consequence. */
    private static final double NEGLIGIBLE = 1;

    private final Live<AnomalyConfig> config;
    private final Map<UserId, AnomalyScore> ended = new LinkedHashMap<>(16, 0.75f, true);

    public UserScores(Live<AnomalyConfig> config) {
        this.config = config;
    }

    /** The score of a new session: what is left of the user's last ones. */
    public synchronized SessionScore begin(UserId user, long nowMs) {
        AnomalyScore score = new AnomalyScore();
        Optional.ofNullable(ended.get(user))
                .ifPresent(last -> score.add(last.at(config.get(), nowMs), config.get(), nowMs));
        return new SessionScore(config, score);
    }

    /** The session has ended. A higher score of another session of the user stays. */
    public synchronized void end(UserId user, SessionScore session, long nowMs) {
        AnomalyConfig current = config.get();
        double left = session.score().at(current, nowMs);
        double kept = Optional.ofNullable(ended.get(user))
                .map(last -> last.at(current, nowMs))
                .orElse(0.0);
        if (Math.max(left, kept) < NEGLIGIBLE) {
            ended.remove(user);
        } else if (left >= kept) {
            ended.put(user, session.score());
            forgetEldest(current.trackedUsers());
        }
    }

    /** What the score stood for is settled by a ban. */
    public synchronized void forget(UserId user) {
        ended.remove(user);
    }

    public synchronized int size() {
        return ended.size();
    }

    private void forgetEldest(int max) {
        var eldest = ended.keySet().iterator();
        while (ended.size() > max && eldest.hasNext()) {
            eldest.next();
            eldest.remove();
        }
    }
}
