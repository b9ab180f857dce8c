package dev.portcullis.ratelimit.login;

import dev.portcullis.protocol.Result;
import dev.portcullis.ratelimit.login.LoginVerdict.Admitted;
import dev.portcullis.ratelimit.window.SlidingWindow;
import dev.portcullis.ratelimit.window.SlidingWindow.Cell;
import dev.portcullis.ratelimit.window.SlidingWindow.Span;
import dev.portcullis.store.rows.RowForm;
import dev.portcullis.store.rows.RowStep;
import dev.portcullis.store.rows.Rows;
import dev.portcullis.store.rows.WriteSet;
import java.util.List;
import java.util.Optional;

/** The rules of counting in windows, as their rows are at one moment. */
final class LoginStep {
    private static final Span SPAN = new Span(LoginConfig.WINDOW_MS, LoginConfig.STEP_MS);
    private static final RowForm<Cells> FORM = RowForm.of(Cells.class);

    private final Rows found;

    /** A window as its row has it: its cells, oldest first. */
    record Cells(List<Cell> cells) {}

    /**
     * Windows in which a login may count: in all of them or in none.
     *
     * @param admitted how it is admitted if it counts
     * @param after a window that must hold a count; empty if that is no matter
     */
    record Choice(Admitted admitted, List<LoginWindow> windows, Optional<LoginWindow> after) {
        Choice(Admitted admitted, List<LoginWindow> windows) {
            this(admitted, windows, Optional.empty());
        }
    }

    LoginStep(Rows found) {
        this.found = found;
    }

    /** Counts a login by the first choice that has room, or tells the milliseconds until the last one has. */
    RowStep<Result<Admitted, Long>> count(List<Choice> choices) {
        long wait = 0;
        for (Choice choice : choices) {
            if (choice.after()
                    .filter(window -> untilFree(window.withMax(1)) == 0)
                    .isEmpty()) {
                wait = choice.windows().stream()
                        .mapToLong(this::untilFree)
                        .max()
                        .orElse(0);
                if (wait == 0) {
                    return RowStep.done(Result.done(choice.admitted()), counted(choice.windows()));
                }
            }
        }
        return RowStep.done(Result.refused(wait));
    }

    /** Takes back one of the last counts of each window, and tells whether the first had any. */
    RowStep<Boolean> giveBack(List<LoginWindow> windows) {
        WriteSet writes = WriteSet.NONE;
        for (LoginWindow each : windows) {
            SlidingWindow window = read(each);
            if (window.total(found.now()) > 0) {
                window.takeBack(found.now());
                writes = writes.and(written(each, window));
            }
        }
        return RowStep.done(read(windows.get(0)).total(found.now()) > 0, writes);
    }

    /** The milliseconds until one more fits; 0 if it fits now. */
    long untilFree(LoginWindow window) {
        return read(window).untilFree(found.now(), 1, window.max());
    }

    private WriteSet counted(List<LoginWindow> windows) {
        WriteSet writes = WriteSet.NONE;
        for (LoginWindow each : windows) {
            SlidingWindow window = read(each);
            window.count(found.now(), 1);
            writes = writes.and(written(each, window));
        }
        return writes;
    }

    private WriteSet written(LoginWindow of, SlidingWindow window) {
        List<Cell> cells = window.cells();
        return cells.isEmpty()
                ? WriteSet.NONE.remove(of.row())
                : WriteSet.NONE.putFor(of.row(), FORM.encode(new Cells(cells)), end(cells) - found.now());
    }

    /** If the clock ran ahead, that must not refuse logins for longer than a window. */
    private SlidingWindow read(LoginWindow of) {
        SlidingWindow window = new SlidingWindow(SPAN);
        found.get(of.row())
                .map(row -> FORM.decode(row).cells())
                .filter(cells -> end(cells) <= found.now() + 2L * LoginConfig.WINDOW_MS)
                .ifPresent(cells -> cells.forEach(cell -> window.count(cell.time(), cell.amount())));
        return window;
    }

    private static long end(List<Cell> cells) {
        return cells.get(cells.size() - 1).time() + LoginConfig.WINDOW_MS;
    }
}
