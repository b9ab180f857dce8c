package dev.portcullis.ratelimit.login;

import dev.portcullis.protocol.Result;
import dev.portcullis.ratelimit.login.LoginStep.Choice;
import dev.portcullis.ratelimit.login.LoginVerdict.Admitted;
import dev.portcullis.store.rows.ReadSet;
import dev.portcullis.store.rows.RowStore;
import dev.portcullis.store.rows.TransientRowStore.Bound;
import io.vertx.core.Future;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Counts logins, by the store's own clock. Each call is one atomic step over windows of one subject: two concurrent ones never
 * both take the last slot, and a refused login counts nowhere. A failed future means that the store could not count.
 */
public final class LoginCounters {
    private final RowStore rows;

    public LoginCounters(RowStore rows) {
        this.rows = rows;
    }

    /**
     * The bounds of the tables where they are in memory. Windows of logins are forgotten, so that no attacker keeps strangers out
     * by using many addresses (CWE-770). Those that bound the guesses of passwords are not: a password that is tried although it
     * can't be counted is a free guess (CWE-307). Strangers can't fill the table of clients that accounts know.
     *
     * @param tracked the most windows of each table
     */
    public static Map<String, Bound> bounds(int tracked) {
        return Map.of(
                LoginWindow.LOGINS, new Bound(tracked, true),
                LoginWindow.FAILURES, new Bound(tracked, false),
                LoginWindow.KNOWN_FAILURES, new Bound(tracked, false));
    }

    /**
     * Counts a login by the first of these choices that has room.
     *
     * @return how it is admitted; or, if none has room, the milliseconds until the last one has
     */
    Future<Result<Admitted, Long>> count(List<Choice> choices) {
        List<LoginWindow> windows = choices.stream()
                .flatMap(choice -> Stream.concat(choice.windows().stream(), choice.after().stream()))
                .toList();
        return rows.change(laneOf(windows), readsOf(windows), found -> new LoginStep(found).count(choices));
    }

    /**
     * Takes back one of the counts that came last in each of these windows; nothing where none counts. Of attempts that
     * overlap, it may be the count of another, which then leaves earlier by the time between the two.
     *
     * @return whether it took one back in the first window
     */
    Future<Boolean> giveBack(List<LoginWindow> windows) {
        return rows.change(laneOf(windows), readsOf(windows), found -> new LoginStep(found).giveBack(windows));
    }

    /**
     * Counts nothing.
     *
     * @return for each window the milliseconds until one more fits; 0 if it fits now
     */
    Future<List<Long>> look(List<LoginWindow> windows) {
        return rows.read(laneOf(windows), readsOf(windows)).map(found -> {
            LoginStep step = new LoginStep(found);
            return windows.stream().map(step::untilFree).toList();
        });
    }

    private static int laneOf(List<LoginWindow> windows) {
        return windows.get(0).lane();
    }

    private static ReadSet readsOf(List<LoginWindow> windows) {
        return new ReadSet(windows.stream().map(LoginWindow::row).distinct().toList(), List.of());
    }
}
