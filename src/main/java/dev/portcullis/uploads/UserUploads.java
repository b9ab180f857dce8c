package dev.portcullis.uploads;

import dev.portcullis.bus.Bus;
import dev.portcullis.bus.Question;
import dev.portcullis.bus.Stage;
import dev.portcullis.content.PlainText;
import dev.portcullis.protocol.Target;
import dev.portcullis.protocol.UserId;
import dev.portcullis.uploads.ticket.UploadStore.Holder;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * The calls of operators to an edge about uploads: the holders of files, and all files of a user, a part of them at a time. Its
 * futures fail only with a {@code BusFailure}; then a part may be done.
 */
public final class UserUploads {
    static final Question<Read, Uploaded> READ =
            Question.about(Stage.EDGE, "uploads_of", Read.class, Uploaded.class, Read::owner);
    static final Question<End, Ended> END =
            Question.about(Stage.EDGE, "end_uploads", End.class, Ended.class, End::owner);
    static final Question<ReadHolders, Holders> HOLDERS =
            Question.about(Stage.EDGE, "upload_holders", ReadHolders.class, Holders.class, ReadHolders::from);
    static final Question<EndFile, EndedFile> END_FILE =
            Question.about(Stage.EDGE, "end_file", EndFile.class, EndedFile.class, EndFile::id);

    private final Bus bus;
    private final LongSupplier clock;

    /** @param clock the time in milliseconds, not ahead of the store's */
    public UserUploads(Bus bus, LongSupplier clock) {
        this.bus = bus;
        this.clock = clock;
    }

    /** The users who have uploads, those with most bytes first. */
    public Future<Holders> holders(String from) {
        return bus.askLong(HOLDERS, new ReadHolders(from));
    }

    /** A part of a user's uploads, the oldest first. */
    public Future<Uploaded> of(UserId owner, String from) {
        return bus.askLong(READ, new Read(owner, from));
    }

    public Future<List<UserUpload>> of(UserId owner) {
        return of(owner, "", new ArrayList<>());
    }

    private Future<List<UserUpload>> of(UserId owner, String from, List<UserUpload> found) {
        return of(owner, from).compose(part -> {
            found.addAll(part.uploads());
            return part.next().isEmpty()
                    ? Future.succeededFuture(found.stream().distinct().toList())
                    : of(owner, part.next(), found);
        });
    }

    /**
     * Ends all uploads of a user. None is fetched any more. The files, and then the rows, go with the next sweep of a node that
     * has them.
     */
    public Future<Void> end(UserId owner) {
        return end(owner, "", false, 0).mapEmpty();
    }

    /** Ends them, and forgets since when the user is known. Returns how many there were. */
    public Future<Long> forget(UserId owner) {
        return end(owner, "", true, 0);
    }

    private Future<Long> end(UserId owner, String from, boolean forget, long before) {
        return bus.askLong(END, new End(owner, from, notAfter(), forget)).compose(part -> {
            long count = before + part.ended();
            return part.next().isEmpty() ? Future.succeededFuture(count) : end(owner, part.next(), forget, count);
        });
    }

    /** Ends one upload, as {@link #end(UserId)} does. Returns its owner; empty if there is none. */
    public Future<Optional<UserId>> end(String file) {
        return bus.askLong(END_FILE, new EndFile(file, notAfter())).map(EndedFile::owner);
    }

    private long notAfter() {
        return clock.getAsLong() + bus.longDeadlineMs();
    }

    /**
     * An upload, as an operator sees it; its id tells it from another one.
     *
     * @param address the networks that its client counted under, narrowest first
     * @param dueAt when it ends by itself
     * @param kept whether its file is there and may be fetched
     */
    public record UserUpload(
            String id,
            Target target,
            String name,
            long size,
            String mime,
            long createdAt,
            List<String> address,
            long dueAt,
            boolean kept) {

        /** The name, safe as HTML like that of a file in a message. */
        public String shownName() {
            return PlainText.clean(name, name.length());
        }
    }

    /** @param from empty to begin, then what the reply before says */
    record Read(UserId owner, String from) {}

    /** @param next from where to go on; empty at the end */
    public record Uploaded(List<UserUpload> uploads, String next) {}

    /**
     * @param from empty to begin, then what the reply before says
     * @param notAfter the latest time at which it may be done, by the store's clock
     * @param forget whether it is forgotten since when the user is known
     */
    record End(UserId owner, String from, long notAfter, boolean forget) {}

    /**
     * @param next from where to go on; empty at the end
     * @param ended how many ended with this part
     */
    record Ended(String next, long ended) {}

    /** @param from empty to begin, then what the reply before says */
    record ReadHolders(String from) {}

    /**
     * @param next from where to go on; empty at the end
     * @param bytes of all users
     * @param placeBytes of which they have shares
     */
    public record Holders(List<Holder> holders, String next, long bytes, long placeBytes) {}

    /** @param notAfter as of {@link End} */
    record EndFile(String id, long notAfter) {}

    /** @param owner empty if there is no such file */
    record EndedFile(Optional<UserId> owner) {}
}
