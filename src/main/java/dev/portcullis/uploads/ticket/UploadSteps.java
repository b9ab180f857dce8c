package dev.portcullis.uploads.ticket;

import dev.portcullis.protocol.Result;
import dev.portcullis.uploads.ticket.SharePolicy.Excess;
import dev.portcullis.uploads.ticket.SharePolicy.Held;
import dev.portcullis.uploads.ticket.Upload.State;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** The steps of an upload, from rows that a store has read; the store commits the result if they are unchanged. */
final class UploadSteps {
    static final Held NOTHING_HELD = new Held(Sums.NONE, List.of(), Sums.NONE);

    private UploadSteps() {}

    /**
     * @param before the row; empty if there is none
     * @param knownSince when the owner first asked for a ticket
     */
    record Seen(Optional<Upload> before, long knownSince, Held held) {}

    /** @param after the row from now on; empty if there is none any more. Nothing else changes the row */
    record Change<T>(T result, boolean writes, Optional<Upload> after) {
        static <T> Change<T> none(T result) {
            return new Change<>(result, false, Optional.empty());
        }

        static <T> Change<T> put(T result, Upload after) {
            return new Change<>(result, true, Optional.of(after));
        }
    }

    static Change<Optional<Excess>> issue(Upload upload, Seen seen, SharePolicy policy) {
        if (seen.before().isPresent()) {
            return Change.none(Optional.empty());
        }
        boolean isNew = policy.isNew(seen.knownSince(), upload.createdAt());
        Optional<Excess> excess = policy.judgeTicket(upload.size(), isNew, seen.held());
        return excess.isPresent() ? Change.none(excess) : Change.put(Optional.empty(), upload.ofNewUser(isNew));
    }

    static Change<Result<Upload, Optional<Excess>>> take(
            Optional<Upload> before, Held held, String ticketHash, long now, long dueAt, SharePolicy policy) {
        Optional<Upload> open = before.filter(upload -> upload.state() == State.ISSUED
                && now < upload.dueAt()
                && upload.ticketHash().equals(ticketHash));
        if (open.isEmpty()) {
            return Change.none(Result.refused(Optional.empty()));
        }
        Upload upload = open.get();
        Optional<Excess> excess =
                policy.judgeFile(upload.size(), upload.origin().ofNewUser(), held);
        Upload taken = upload.in(State.RECEIVING, dueAt);
        return excess.isPresent() ? Change.none(Result.refused(excess)) : Change.put(Result.done(taken), taken);
    }

    static Change<Boolean> keep(Optional<Upload> before, long now, long dueAt) {
        return before.filter(upload -> upload.state() == State.RECEIVING && now < upload.dueAt())
                .map(upload -> Change.put(true, upload.in(State.KEPT, dueAt)))
                .orElseGet(() ->
                        Change.none(before.filter(upload -> upload.isKept(now)).isPresent()));
    }

    static Change<Optional<Upload>> end(Optional<Upload> before, long retryAt) {
        return before.map(upload -> upload.ending(retryAt))
                .map(ending -> Change.put(Optional.of(ending), ending))
                .orElseGet(() -> Change.none(Optional.empty()));
    }

    static Change<Boolean> endIf(Optional<Upload> before, long now) {
        return before.filter(upload -> !upload.state().isEnding())
                .map(upload -> Change.put(true, upload.ending(now)))
                .orElseGet(() -> Change.none(before.isPresent()));
    }

    static Change<Boolean> hide(Optional<Upload> before, long now) {
        Optional<State> state = before.map(Upload::state);
        return switch (state.orElse(State.ENDING)) {
            case KEPT ->
                Change.put(
                        true,
                        before.orElseThrow().in(State.HELD, before.orElseThrow().dueAt()));
            case ISSUED, RECEIVING -> Change.put(false, before.orElseThrow().ending(now));
            case HELD, ENDING, LAPSING -> Change.none(state.equals(Optional.of(State.HELD)));
        };
    }

    /** @param unsure whether an upload that is due may have to stay: it is claimed as it is */
    static Change<Optional<Upload>> claim(Optional<Upload> before, long now, long retryAt, Predicate<Upload> unsure) {
        Optional<Upload> due = before.filter(upload -> upload.dueAt() <= now);
        return due.filter(unsure)
                .map(upload -> upload.in(upload.state(), retryAt))
                .map(claimed -> Change.put(Optional.of(claimed), claimed))
                .orElseGet(() -> end(due, retryAt));
    }

    static Change<Boolean> arrive(Optional<Upload> before, long dueAt) {
        return before.filter(upload -> upload.state() == State.ISSUED)
                .map(upload -> Change.put(true, upload.in(State.RECEIVING, dueAt)))
                .orElseGet(() -> Change.none(false));
    }

    static Change<Boolean> remove(Optional<Upload> before) {
        return before.filter(upload -> upload.state().isEnding()).isPresent()
                ? new Change<>(true, true, Optional.empty())
                : Change.none(false);
    }
}
