package dev.portcullis.uploads;

import dev.portcullis.content.FileName;
import dev.portcullis.protocol.Reason;
import dev.portcullis.protocol.Rejection;
import dev.portcullis.protocol.Target;
import dev.portcullis.protocol.UserId;
import dev.portcullis.uploads.ticket.FileId;
import dev.portcullis.uploads.ticket.TicketGrant;
import dev.portcullis.uploads.ticket.Upload;
import dev.portcullis.uploads.ticket.UploadStore;
import dev.portcullis.uploads.ticket.UploadTicket;
import dev.portcullis.uploads.type.FileType;
import io.vertx.core.Future;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.function.LongSupplier;

/** What is the same wherever files are: tickets, and the question who may fetch a file. */
public final class TicketOffice {
    private final UploadStore store;
    private final UploadsConfig config;
    private final UploadPolicy policy;
    private final LongSupplier clock;
    private final SecureRandom random = new SecureRandom();

    /** @param clock milliseconds of the store's clock */
    public TicketOffice(UploadStore store, UploadsConfig config, LongSupplier clock) {
        this.store = store;
        this.config = config;
        this.policy = new UploadPolicy(config);
        this.clock = clock;
    }

    /**
     * Gives a ticket to a user who may write to the target, which the caller has asked. At the bound of what a user may
     * have: {@code conflict}.
     */
    public Future<TicketResult> issue(
            UserId owner, TicketGrant grant, Target target, String name, long size, String mime) {
        return issue(owner, grant, target, name, size, mime, config.ticketMs());
    }

    /** @param dueMs when the upload ends by itself */
    Future<TicketResult> issue(
            UserId owner, TicketGrant grant, Target target, String name, long size, String mime, long dueMs) {
        Optional<Rejection> wrong = policy.judge(name, size, mime);
        if (wrong.isPresent()) {
            return Future.succeededFuture(new TicketResult.Refused(wrong.get()));
        }
        long now = clock.getAsLong();
        UploadTicket ticket = UploadTicket.draw(owner, random);
        Upload upload = new Upload(
                ticket.file(),
                Upload.State.ISSUED,
                owner,
                target,
                FileName.shown(name),
                size,
                policy.type(mime).map(FileType::mime).orElseThrow(),
                ticket.hash(),
                now,
                now + dueMs,
                grant);
        return store.issue(upload, config.quota())
                .map(excess -> excess.isPresent()
                        ? new TicketResult.Refused(Rejection.of(Reason.CONFLICT))
                        : new TicketResult.Issued(ticket, upload));
    }

    /**
     * A kept file that a user may fetch. Empty too where they may not: it looks the same as one that does not exist
     * (CWE-204).
     */
    public Future<Optional<Upload>> find(FileId id, UserId reader, FileReaders readers) {
        return findAny(id, reader, readers).map(found -> found.filter(upload -> upload.isKept(clock.getAsLong())));
    }

    /** Like {@link #find}, in any state. */
    Future<Optional<Upload>> findAny(FileId id, UserId reader, FileReaders readers) {
        return store.find(id)
                .compose(found -> found.isEmpty()
                        ? Future.succeededFuture(found)
                        : mayFetch(found.get(), reader, readers).map(may -> found.filter(upload -> may)));
    }

    UploadStore store() {
        return store;
    }

    UploadsConfig config() {
        return config;
    }

    /** Bytes that were sent under this type; it was allowed when the ticket was issued, if not now. */
    static FileType type(Upload upload) {
        return FileType.of(upload.mime()).orElse(FileType.ANY);
    }

    long now() {
        return clock.getAsLong();
    }

    private Future<Boolean> mayFetch(Upload upload, UserId reader, FileReaders readers) {
        return policy.isMeantFor(upload, reader) ? readers.mayRead(upload.target()) : Future.succeededFuture(false);
    }
}
