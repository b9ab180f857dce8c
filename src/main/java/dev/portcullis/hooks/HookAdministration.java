package dev.portcullis.hooks;

import dev.portcullis.bus.Bus;
import dev.portcullis.bus.Question;
import dev.portcullis.bus.Stage;
import io.vertx.core.Future;
import java.util.List;

/** The calls of operators about the hooks, to the stage {@code broadcast}. Its futures fail only with a {@code BusFailure}. */
public final class HookAdministration {
    static final Question<Survey, Surveyed> SURVEY =
            new Question<>(Stage.BROADCAST, "survey_hooks", Survey.class, Surveyed.class, request -> 0);
    static final Question<Revive, Revived> REVIVE =
            new Question<>(Stage.BROADCAST, "revive_hooks", Revive.class, Revived.class, request -> 0);

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

    record Survey(int letters) {}

    /** The counts of all lanes, and the oldest dead letters first, without their content. */
    public record Surveyed(long waiting, long dead, long overflown, long lost, List<Letter> letters) {}

    /** An event that was given up, without what it holds, which may be a message. */
    public record Letter(String id, String type, String key, long time, String reason, long givenUpAt) {}

    record Revive() {}

    record Revived(int count) {}
}
