package dev.portcullis.uploads;

import dev.portcullis.bus.Bus;
import dev.portcullis.bus.Question;
import dev.portcullis.bus.Stage;
import dev.portcullis.protocol.Target;
import dev.portcullis.protocol.UserId;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * What operators ask an edge about all uploads of a user, a part of them at a time. Its futures fail only with a
 * {@code BusFailure}; then a part may be done.
 */
public final class UserUploads {
    static final Question<Read, Uploaded> READ = new Question<>(
            Stage.EDGE,
            "uploads_of",
            Read.class,
            Uploaded.class,
            request -> request.owner().hashCode());
    static final Question<End, Ended> END = new Question<>(
            Stage.EDGE,
            "end_uploads",
            End.class,
            Ended.class,
            request -> request.owner().hashCode());

    private final Bus bus;
    private final LongSupplier clock;

    /** @param clock the time in milliseconds, not ahead of the store's */
    public UserUploads(Bus bus, LongSupplier clock) {
        this.bus = bus;
        this.clock = clock;
    }

    public Future<List<UserUpload>> of(UserId owner) {
        return of(owner, "", new ArrayList<>());
    }

    private Future<List<UserUpload>> of(UserId owner, String from, List<UserUpload> found) {
        return bus.askLong(READ, new Read(owner, from)).compose(part -> {
            found.addAll(part.uploads());
            return part.next().isEmpty()
                    ? Future.succeededFuture(found.stream().distinct().toList())
                    : of(owner, part.next(), found);
        });
    }

    /** None is fetched any more. The files, and then the rows, go with the next sweep of a node that has them. */
    public Future<Void> end(UserId owner) {
        return end(owner, "");
    }

    private Future<Void> end(UserId owner, String from) {
        return bus.askLong(END, new End(owner, from, clock.getAsLong() + bus.longDeadlineMs()))
                .compose(part -> part.next().isEmpty() ? Future.succeededFuture() : end(owner, part.next()));
    }

    /** An upload, as an operator sees it; its id tells it from another one. */
    public record UserUpload(String id, Target target, String name, long size, String mime, long createdAt) {}

    /** @param from empty to begin, then what the reply before says */
    record Read(UserId owner, String from) {}

    /** @param next from where to go on; empty at the end */
    record Uploaded(List<UserUpload> uploads, String next) {}

    /**
     * @param from empty to begin, then what the reply before says
     * @param notAfter the latest time at which it may be done, by the store's clock
     */
    record End(UserId owner, String from, long notAfter) {}

    /** @param next from where to go on; empty at the end */
    record Ended(String next) {}
}
