package dev.portcullis.ratelimit.ban;

import dev.portcullis.bus.Bus;
import dev.portcullis.bus.Question;
import dev.portcullis.bus.Stage;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * The client of the stage ratelimit for bans. A ban is in force on every node within a second of the answer, and what is
 * open is closed. A failed future means that it is not known whether it is.
 */
public final class Bans {
    static final Question<Ban, Added> ADD = Question.about(
            Stage.RATELIMIT, "ban", Ban.class, Added.class, ban -> ban.target().key());
    static final Question<Lift, Lifted> LIFT = Question.about(
            Stage.RATELIMIT,
            "lift-ban",
            Lift.class,
            Lifted.class,
            lift -> lift.target().key());
    static final Question<Restore, Restored> RESTORE =
            new Question<>(Stage.RATELIMIT, "restore-bans", Restore.class, Restored.class, restore -> 0);

    static final Question<ReadSince, Read> READ =
            new Question<>(Stage.RATELIMIT, "read-bans", ReadSince.class, Read.class, read -> 0);

    private final Bus bus;
    private final LongSupplier clock;

    /** @param ban in force from now on; empty if there is none */
    record Added(Optional<Ban> ban) {}

    /** @param notAfter by the store's clock */
    record Lift(BanTarget target, long notAfter) {}

    /** @param found whether there was a ban */
    record Lifted(boolean found) {}

    record Restore(List<Ban> bans) {}

    /** @param count how many had been lost */
    record Restored(int count) {}

    /** @param known the version of the last part that was read; empty if none */
    record ReadSince(String known) {}

    /** @param part empty if nothing has changed */
    record Read(Optional<BanStore.Part> part) {}

    /** @param clock the time in milliseconds, not ahead of the store's */
    public Bans(Bus bus, LongSupplier clock) {
        this.bus = bus;
        this.clock = clock;
    }

    /**
     * Bans a user or a range of addresses. A ban by a rule does not replace an operator's.
     *
     * @return the ban in force from now on; empty if no rule may ban this target, or if there are as many bans as may be
     *     kept
     */
    public Future<Optional<Ban>> add(Ban ban) {
        return bus.ask(ADD, ban).map(Added::ban);
    }

    /**
     * Lifts a ban. A stage that stood still does nothing once the answer is overdue: a ban that was added meanwhile stays.
     *
     * @return whether there was one
     */
    public Future<Boolean> lift(BanTarget target) {
        return bus.ask(LIFT, new Lift(target, clock.getAsLong() + bus.deadlineMs()))
                .map(Lifted::found);
    }

    /** All that are stored and in force. */
    public Future<List<Ban>> inForce() {
        return BanSnapshot.readInForce(
                known -> bus.ask(READ, new ReadSince(known)).map(Read::part), clock);
    }

    /** Stores bans again that the store has lost. Bans that were lifted since stay lifted. Returns how many were lost. */
    Future<Integer> restore(List<Ban> lost) {
        return bus.ask(RESTORE, new Restore(lost)).map(Restored::count);
    }
}
