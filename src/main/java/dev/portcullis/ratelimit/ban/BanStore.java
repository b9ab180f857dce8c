package dev.portcullis.ratelimit.ban;

import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;

/**
 * Keeps the bans that operators and rules decide. Each method is one atomic step, by the store's own clock. A failed
 * future means that the store failed, and that the step may or may not be done: it may be repeated.
 */
public interface BanStore {
    /**
     * Keeps a ban instead of an earlier one of its target, but lets no rule replace an operator's ban that is in force.
     * A ban that outlasts the process is persisted before the answer.
     *
     * @return the ban of this target from now on; empty if the store has as many bans as it may keep
     */
    Future<Optional<Ban>> add(Ban ban);

    /** Whether there was one. */
    Future<Boolean> lift(BanTarget target);

    /**
     * All bans in force, if they changed since a version.
     *
     * @param known the version that the caller has; empty if none
     */
    Future<Optional<Kept>> readIfChanged(String known);

    /**
     * The bans in force.
     *
     * @param version changes with each change, and also if the store has lost its bans
     */
    record Kept(String version, List<Ban> bans) {}
}
