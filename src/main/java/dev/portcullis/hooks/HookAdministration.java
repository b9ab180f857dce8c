package dev.portcullis.hooks;

import dev.portcullis.bus.Bus;
import dev.portcullis.bus.Question;
import dev.portcullis.bus.Stage;
import dev.portcullis.protocol.UserId;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;

/** The calls of operators about the hooks, to the stage {@code broadcast}. Its futures fail only with a {@code BusFailure}. */
public final class HookAdministration {
    static final Question<Survey, Surveyed> SURVEY =
            new Question<>(Stage.BROADCAST, "survey_hooks", Survey.class, Surveyed.class, request -> 0);
    static final Question<Revive, Revived> REVIVE =
            new Question<>(Stage.BROADCAST, "revive_hooks", Revive.class, Revived.class, request -> 0);

    static final Question<EraseEvents, EventsErased> ERASE =
            new Question<>(Stage.BROADCAST, "erase_hooks", EraseEvents.class, EventsErased.class, request -> 0);

    private final Bus bus;

    public HookAdministration(Bus bus) {
        this.bus = bus;
    }

    /** @param letters how many dead letters are shown, of the oldest */
    public Future<Surveyed> survey(int letters) {
        return bus.askLong(SURVEY, new Survey(letters));
    }

    /** Has all dead letters delivered again. Returns how many. */
    public Future<Integer> revive() {
        return bus.askLong(REVIVE, new Revive()).map(Revived::count);
    }

    /**
     * Takes the texts of a user out of the events that wait, and out of dead letters: each becomes a deletion of its message.
     * Returns how many there were. May be repeated.
     */
    public Future<Long> erase(UserId user) {
        return erase(user, 0, 0);
    }

    private Future<Long> erase(UserId user, int lane, long before) {
        return bus.askLong(ERASE, new EraseEvents(user, lane)).compose(part -> {
            long count = before + part.count();
            return part.next().isEmpty()
                    ? Future.succeededFuture(count)
                    : erase(user, part.next().get(), count);
        });
    }

    /** @param from the first lane */
    record EraseEvents(UserId user, int from) {}

    /** @param next the lane to go on with; empty at the end */
    record EventsErased(long count, Optional<Integer> next) {}

    record Survey(int letters) {}

    /** The counts of all lanes, and the oldest dead letters first, without their content. */
    public record Surveyed(long waiting, long dead, long overflown, long lost, List<Letter> letters) {}

    /** An event that was given up, without what it holds, which may be a message. */
    public record Letter(String id, String type, String key, long time, String reason, long givenUpAt) {}

    record Revive() {}

    record Revived(int count) {}
}
