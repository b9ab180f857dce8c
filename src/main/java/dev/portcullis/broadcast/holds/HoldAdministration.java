package dev.portcullis.broadcast.holds;

import dev.portcullis.bus.Bus;
import dev.portcullis.bus.Question;
import dev.portcullis.bus.Stage;
import dev.portcullis.protocol.UserId;
import dev.portcullis.streams.holds.Hold;
import dev.portcullis.streams.holds.HoldPlacement;
import dev.portcullis.streams.holds.PlacedHold;
import io.vertx.core.Future;
import java.util.List;
import java.util.function.LongSupplier;

/** The client of this part of the stage. Its futures fail only with a {@code BusFailure}. */
public final class HoldAdministration {
    static final Question<ListHolds, HoldListing> LIST =
            Question.about(Stage.BROADCAST, "list_holds", ListHolds.class, HoldListing.class, any -> "");
    static final Question<PlaceHold, Placed> PLACE =
            Question.about(Stage.BROADCAST, "place_hold", PlaceHold.class, Placed.class, PlaceHold::hold);
    static final Question<LiftHold, LiftedHold> LIFT =
            Question.about(Stage.BROADCAST, "lift_hold", LiftHold.class, LiftedHold.class, LiftHold::hold);
    static final Question<ReadHeld, HeldPage> READ =
            Question.about(Stage.BROADCAST, "read_held", ReadHeld.class, HeldPage.class, ReadHeld::hold);
    static final Question<AskAgainst, HoldsAgainst> AGAINST =
            Question.about(Stage.BROADCAST, "holds_against", AskAgainst.class, HoldsAgainst.class, AskAgainst::user);

    private final Bus bus;
    private final LongSupplier clock;

    /** @param clock the time in milliseconds, not ahead of the store's */
    public HoldAdministration(Bus bus, LongSupplier clock) {
        this.bus = bus;
        this.clock = clock;
    }

    public Future<List<PlacedHold>> list() {
        return bus.askLong(LIST, new ListHolds()).map(HoldListing::holds);
    }

    /** Places a hold. Once it is answered, nothing that it covers is lost. */
    public Future<HoldPlacement> place(Hold hold, String by) {
        return bus.askLong(PLACE, new PlaceHold(hold, by, notAfter())).map(Placed::result);
    }

    /** Lifts a hold; false where there is none. What it has kept goes. */
    public Future<Boolean> lift(Hold hold) {
        return bus.askLong(LIFT, new LiftHold(hold, notAfter())).map(LiftedHold::found);
    }

    /** @param from the place where the page begins; empty at first */
    public Future<HeldPage> read(Hold hold, String from, int limit) {
        return bus.askLong(READ, new ReadHeld(hold, from, limit));
    }

    /**
     * The holds for the sake of which a user must not be deleted.
     *
     * @param ofInbox whether the inbox alone would go
     */
    public Future<List<Hold>> against(UserId user, boolean ofInbox) {
        return bus.askLong(AGAINST, new AskAgainst(user, ofInbox)).map(HoldsAgainst::holds);
    }

    private long notAfter() {
        return clock.getAsLong() + bus.longDeadlineMs();
    }

    record ListHolds() {}

    /** @param notAfter the latest time at which it may be done: the operator has heard by then that it may not be */
    record PlaceHold(Hold hold, String by, long notAfter) {}

    record Placed(HoldPlacement result) {}

    /** @param notAfter as for a hold that is placed */
    record LiftHold(Hold hold, long notAfter) {}

    record LiftedHold(boolean found) {}

    record ReadHeld(Hold hold, String from, int limit) {}

    record AskAgainst(UserId user, boolean ofInbox) {}

    record HoldsAgainst(List<Hold> holds) {}
}
