package dev.portcullis.uploads;

import dev.portcullis.content.FileName;
import dev.portcullis.protocol.Reason;
import dev.portcullis.protocol.Rejection;
import dev.portcullis.protocol.Result;
import dev.portcullis.protocol.Target;
import dev.portcullis.protocol.UserId;
import dev.portcullis.uploads.ticket.FileId;
import dev.portcullis.uploads.ticket.SharePolicy;
import dev.portcullis.uploads.ticket.SharePolicy.Excess;
import dev.portcullis.uploads.ticket.Upload;
import dev.portcullis.uploads.ticket.Upload.TicketGrant;
import dev.portcullis.uploads.ticket.Upload.UploadOrigin;
import dev.portcullis.uploads.ticket.UploadStore;
import dev.portcullis.uploads.ticket.UploadTicket;
import dev.portcullis.uploads.type.FileType;
import io.vertx.core.Future;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;

/** The part of uploads that does not depend on where files are: tickets, and the check who may fetch a file. */
public final class UploadTickets {
    /** How long a user is known who asks for no ticket. */
    private static final long KNOWN_MS = TimeUnit.DAYS.toMillis(90);

    private static final int FORGOTTEN = 1_000;

    private final UploadStore store;
    private final UploadsConfig config;
    private final UploadPolicy policy;
    private final SharePolicy shares;
    private final Consumer<Excess> onExceeded;
    private final LongSupplier clock;
    private final SecureRandom random = new SecureRandom();

    /**
     * @param onExceeded called for each file that exceeds a share
     * @param clock milliseconds of the store's clock
     */
    public UploadTickets(UploadStore store, UploadsConfig config, Consumer<Excess> onExceeded, LongSupplier clock) {
        this.store = store;
        this.config = config;
        this.policy = new UploadPolicy(config);
        this.shares = new SharePolicy(config.quota(), config.storageShares(), config.storage());
        this.onExceeded = onExceeded;
        this.clock = clock;
    }

    /**
     * Gives a ticket to a user who may write to the target, which the caller has asked. At the bound of what a user may
     * have: {@code conflict}.
     */
    public Future<Result<IssuedTicket, Rejection>> issue(Wanted wanted) {
        return issue(wanted, config.ticketMs());
    }

    /** @param dueMs when the upload ends by itself */
    Future<Result<IssuedTicket, Rejection>> issue(Wanted wanted, long dueMs) {
        Optional<Rejection> wrong = policy.judge(wanted.name(), wanted.size(), wanted.mime());
        if (wrong.isPresent()) {
            return Future.succeededFuture(Result.refused(wrong.get()));
        }
        long now = clock.getAsLong();
        UploadTicket ticket = UploadTicket.draw(random);
        Upload upload = new Upload(
                ticket.file(),
                Upload.State.ISSUED,
                wanted.owner(),
                wanted.target(),
                FileName.shown(wanted.name()),
                wanted.size(),
                policy.type(wanted.mime()).map(FileType::mime).orElseThrow(),
                ticket.hash(),
                now,
                now + dueMs,
                wanted.grant(),
                UploadOrigin.of(wanted.address()));
        return store.issue(upload, shares)
                .onSuccess(excess -> excess.ifPresent(onExceeded))
                .map(excess -> excess.isPresent()
                        ? Result.refused(Rejection.of(Reason.CONFLICT))
                        : Result.done(new IssuedTicket(ticket, upload)));
    }

    /**
     * A kept file that a user may fetch. Empty too where they may not: it looks the same as one that does not exist
     * (CWE-204).
     */
    public Future<Optional<Upload>> find(FileId id, UserId reader, Function<Target, Future<Boolean>> readers) {
        return findAny(id, reader, readers).map(found -> found.filter(upload -> upload.isKept(clock.getAsLong())));
    }

    /** Like {@link #find}, in any state. */
    Future<Optional<Upload>> findAny(FileId id, UserId reader, Function<Target, Future<Boolean>> readers) {
        return store.find(id)
                .compose(found -> found.isEmpty()
                        ? Future.succeededFuture(found)
                        : mayFetch(found.get(), reader, readers).map(may -> found.filter(upload -> may)));
    }

    /** Uses a ticket, if its file exceeds no share. */
    Future<Result<Upload, Optional<Excess>>> take(FileId id, String ticketHash, long now, long dueAt) {
        return store.take(id, ticketHash, now, dueAt, shares)
                .onSuccess(result -> result.fold(taken -> Optional.<Excess>empty(), excess -> excess)
                        .ifPresent(onExceeded));
    }

    /** Part of each sweep. A user with files is still known when the last of them goes. */
    Future<Integer> forgetUnseen(int swept) {
        long knownMs = Math.max(KNOWN_MS, 2 * config.storageShares().newMs());
        return store.forgetUnseen(clock.getAsLong() - knownMs, FORGOTTEN).map(swept);
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

    private Future<Boolean> mayFetch(Upload upload, UserId reader, Function<Target, Future<Boolean>> readers) {
        return policy.isMeantFor(upload, reader) ? readers.apply(upload.target()) : Future.succeededFuture(false);
    }

    /** The client gets the ticket; the server keeps the upload. */
    public record IssuedTicket(UploadTicket ticket, Upload upload) {}

    /**
     * A ticket that a user asks for.
     *
     * @param address of the client: the keys that it counts under, narrowest first
     */
    public record Wanted(
            UserId owner,
            List<String> address,
            TicketGrant grant,
            Target target,
            String name,
            long size,
            String mime) {}
}
