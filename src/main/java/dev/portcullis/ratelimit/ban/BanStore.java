package dev.portcullis.ratelimit.ban;

import dev.portcullis.store.StoreFailure;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;

/**
 * Keeps the bans that operators and rules decide. Each method is one atomic step. A step that writes goes by the store's own
 * clock, and removes the bans that are over. A failed future means that the store failed. The step may or may not be done
 * then, and may be repeated.
 */
public interface BanStore {
    /** How long the store remembers that a ban was lifted, so that no node stores it again. */
    long LIFTED_MS = 3_600_000;

    /**
     * Keeps a ban instead of an earlier one of its target. A rule replaces no operator's ban that is in force, and a
     * rule's only if it lasts longer, of addresses by half its length. Where the store is full, an operator's ban takes the
     * place of the rule's ban that ends first, and a rule's that of the rule's ban of addresses that ends first: who has
     * enough addresses to fill the store displaces their own bans, and no user's (CWE-770). It is persisted before the answer.
     *
     * @return the ban of this target from now on; empty if the store has as many bans as it may keep
     */
    Future<Optional<Ban>> add(Ban ban);

    /**
     * Lifts a ban. A step that comes too late does nothing, and fails: the same target may have been banned again meanwhile.
     *
     * @param notAfter by the store's clock
     * @return whether there was one
     */
    Future<Boolean> lift(BanTarget target, long notAfter);

    /** Of a step that comes too late. */
    static StoreFailure late() {
        return StoreFailure.notApplied("a ban is lifted too late");
    }

    /**
     * Keeps bans that a node holds and the store has lost. Leaves out those whose target has a ban, or had one that was
     * lifted or replaced within {@link #LIFTED_MS}, and those that exceed the bound.
     *
     * @return how many had been lost
     */
    Future<Integer> restore(List<Ban> bans);

    /**
     * What has changed since a version: at most a few hundred bans. A caller that knows no version, or one from which the
     * changes are not remembered, reads all bans from the first on, in parts. No clock decides what is read: one that is
     * corrected changes no version, so a ban that was left out as over would not be read again (CWE-636).
     *
     * @param known the version of the last part that the caller has read; empty if none
     * @return empty if nothing has changed
     */
    Future<Optional<Part>> readSince(String known);

    /**
     * A part of the list, to be taken into what was read before.
     *
     * @param version to go on from; changes with each change, and also if the store has lost its bans
     * @param first of all parts of the list: what was read before no longer counts
     * @param more whether the next part should be read at once
     * @param bans also such as may be over, each instead of an earlier one of its target
     * @param lifted the targets that have no ban any more; one that an answer of all bans leaves out may be absent
     */
    record Part(String version, boolean first, boolean more, List<Ban> bans, List<BanTarget> lifted) {}
}
