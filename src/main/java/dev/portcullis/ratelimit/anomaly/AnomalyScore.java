package dev.portcullis.ratelimit.anomaly;

/** A score that halves with time, and the level of a session with that score. Thread-safe. */
public final class AnomalyScore {
    private double score;
    private long countedAt;

    /** The rights that a session has with this score. */
    public enum Level {
        NORMAL,
        /** Only what keeps the session alive passes. */
        RESTRICTED,
        /** Its connection is closed, and its user banned. */
        HOSTILE
    }

    /** Counts an event. */
    public Level add(AnomalyEvent event, AnomalyConfig config, long nowMs) {
        return add(config.weight(event), config, nowMs);
    }

    synchronized Level add(double points, AnomalyConfig config, long nowMs) {
        score = at(config, nowMs) + points;
        countedAt = nowMs;
        return level(config, nowMs);
    }

    public Level level(AnomalyConfig config, long nowMs) {
        long now = points(config, nowMs);
        if (now >= config.disconnect()) {
            return Level.HOSTILE;
        }
        return now >= config.restrict() ? Level.RESTRICTED : Level.NORMAL;
    }

    /** The score in whole points: otherwise ten events of 5 would never be 50, since each halves a little before the next. */
    long points(AnomalyConfig config, long nowMs) {
        return Math.round(at(config, nowMs));
    }

    /** A clock that is set back must not raise the score. */
    synchronized double at(AnomalyConfig config, long nowMs) {
        return score == 0 ? 0 : score * Math.pow(0.5, Math.max(0, nowMs - countedAt) / (double) config.halfLifeMs());
    }
}
