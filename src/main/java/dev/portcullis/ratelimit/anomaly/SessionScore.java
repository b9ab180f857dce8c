package dev.portcullis.ratelimit.anomaly;

import dev.portcullis.config.Live;
import dev.portcullis.ratelimit.anomaly.AnomalyScore.Level;
import java.util.Optional;

/**
 * The rule of a session's score, which it shares with all sessions of its user on the node. While they are restricted,
 * refusals add nothing: a client that only goes on sending is not banned for that. A signature of an attack is no refusal,
 * and counts always. A session is used by one thread; its score, which is also the lock, by several.
 */
public final class SessionScore {
    private final Live<AnomalyConfig> config;
    private final AnomalyScore score;
    private long lastRefused = -1;

    /** An event that raised the score, with the levels before and after. */
    public record Raised(AnomalyEvent by, Level before, Level after) {
        /** Whether it reached a threshold. */
        public boolean crosses() {
            return after.compareTo(before) > 0;
        }
    }

    SessionScore(Live<AnomalyConfig> config, AnomalyScore score) {
        this.config = config;
        this.score = score;
    }

    /**
     * Counts the refusal of a frame, once: a join of many rooms may be refused for each.
     *
     * @param frame its number within the session
     * @return empty if it counts nothing
     */
    public Optional<Raised> refused(long frame, AnomalyEvent event, long nowMs) {
        synchronized (score) {
            if (frame == lastRefused || level(nowMs) != Level.NORMAL) {
                return Optional.empty();
            }
            lastRefused = frame;
            return Optional.of(add(event, nowMs));
        }
    }

    /** Counts a signature of an attack. */
    public Raised probed(long nowMs) {
        return add(AnomalyEvent.SIGNATURE, nowMs);
    }

    public Level level(long nowMs) {
        return score.level(config.get(), nowMs);
    }

    private Raised add(AnomalyEvent event, long nowMs) {
        synchronized (score) {
            return new Raised(event, level(nowMs), score.add(event, config.get(), nowMs));
        }
    }
}
