package dev.portcullis.uploads;

import dev.portcullis.protocol.Rejection;
import dev.portcullis.protocol.Result;
import dev.portcullis.protocol.Target;
import dev.portcullis.protocol.UserId;
import dev.portcullis.uploads.UploadTickets.IssuedTicket;
import dev.portcullis.uploads.UploadTickets.Wanted;
import dev.portcullis.uploads.s3.S3Objects;
import dev.portcullis.uploads.s3.S3Objects.S3Check;
import dev.portcullis.uploads.s3.S3Urls;
import dev.portcullis.uploads.ticket.FileId;
import dev.portcullis.uploads.ticket.Upload;
import dev.portcullis.uploads.ticket.Upload.State;
import dev.portcullis.uploads.ticket.UploadStore;
import dev.portcullis.uploads.ticket.UploadTicket;
import dev.portcullis.uploads.type.FileHead;
import dev.portcullis.uploads.type.FileType;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * Uploads to a store of S3's kind. The bytes never pass this server, so it looks at a file when it is asked for the first time:
 * until then the file is pending, and no URL leads to it.
 */
public final class S3Uploads implements Uploads {
    /** How long a file that has arrived may wait to be asked for; its user's quota bounds how many do. */
    private static final long WAIT_MS = TimeUnit.DAYS.toMillis(1);

    /** How long who asks for a file waits for its check, which takes as long as the store needs to copy the file. */
    private static final long PATIENCE_MS = 3_000;

    private final UploadTickets tickets;
    private final UploadStore store;
    private final S3Objects objects;
    private final S3Urls urls;
    private final FileEnder ender;
    private final FileChecks checks;

    public S3Uploads(Vertx vertx, UploadTickets tickets, S3Objects objects, S3Urls urls) {
        this.tickets = tickets;
        this.store = tickets.store();
        this.objects = objects;
        this.urls = urls;
        this.ender = new FileEnder(tickets, objects::delete, any -> {});
        this.checks = new FileChecks(vertx, PATIENCE_MS);
    }

    @Override
    public UploadsConfig config() {
        return tickets.config();
    }

    @Override
    public Future<Result<IssuedTicket, Rejection>> issue(Wanted wanted) {
        return tickets.issue(wanted, tickets.config().ticketMs() + arrivalMs(wanted.size()));
    }

    /**
     * How long after the end of its URL a file may arrive: the store looks at the time when a PUT begins, and by its own clock. It
     * is as long as on a disk.
     */
    private long arrivalMs(long size) {
        return Math.min(WAIT_MS, tickets.config().receiveMs(size));
    }

    /** The store knows no ticket: who has the URL may put the file. */
    @Override
    public String uploadUrl(UploadTicket ticket, Upload issued) {
        long seconds = TimeUnit.MILLISECONDS.toSeconds(tickets.config().ticketMs());
        return urls.upload(issued, Instant.ofEpochMilli(issued.createdAt()), seconds);
    }

    /** A URL from which a user may fetch a file now. */
    public Future<Result<String, NoUrl>> downloadUrl(
            String method, FileId id, UserId reader, Function<Target, Future<Boolean>> readers) {
        return tickets.findAny(id, reader, readers)
                .compose(found -> found.map(upload -> downloadUrl(method, upload))
                        .orElseGet(() -> Future.succeededFuture(Result.refused(NoUrl.NOT_FOUND))));
    }

    private Future<Result<String, NoUrl>> downloadUrl(String method, Upload upload) {
        return kept(upload)
                .map(kept -> kept.map(is -> is
                                ? Result.<String, NoUrl>done(signedUrl(method, upload))
                                : Result.<String, NoUrl>refused(NoUrl.NOT_FOUND))
                        .orElseGet(() -> Result.refused(NoUrl.NOT_YET)));
    }

    /** Any node may call it. */
    @Override
    public Future<Integer> sweep() {
        return ender.sweep(this::mayHaveArrived, this::endIfAbsent).compose(tickets::forgetUnseen);
    }

    /** No call says so until a client asks for the file. */
    private boolean mayHaveArrived(Upload upload) {
        return upload.state() == State.ISSUED && tickets.now() < waitsUntil(upload);
    }

    /** Its URL is over. A ticket that was never used must not count against its user for as long as a file waits. */
    private Future<Boolean> endIfAbsent(Upload upload) {
        return objects.isPending(upload.id())
                .compose(there -> there
                        ? store.arrive(upload.id(), waitsUntil(upload)).map(false)
                        : store.endIf(upload.id(), row -> row.state() == State.ISSUED)
                                .compose(ended ->
                                        ended ? ender.end(upload.id()).map(true) : Future.succeededFuture(false)));
    }

    private long waitsUntil(Upload upload) {
        return upload.createdAt() + tickets.config().ticketMs() + WAIT_MS;
    }

    private String signedUrl(String method, Upload upload) {
        return urls.download(
                method,
                upload.id(),
                DownloadHeaders.disposition(upload.name()),
                UploadTickets.type(upload).contentType(),
                Instant.ofEpochMilli(tickets.now()));
    }

    /** Empty if that is still checked. */
    private Future<Optional<Boolean>> kept(Upload upload) {
        if (upload.isKept(tickets.now()) || !isWaiting(upload)) {
            return Future.succeededFuture(Optional.of(upload.isKept(tickets.now())));
        }
        return checks.result(
                upload.id(),
                () -> store.find(upload.id())
                        .compose(found -> found.filter(this::isWaiting)
                                .map(this::check)
                                .orElseGet(() -> Future.succeededFuture(found.filter(row -> row.isKept(tickets.now()))
                                        .isPresent()))));
    }

    private boolean isWaiting(Upload upload) {
        return upload.state().isPending() && tickets.now() < waitsUntil(upload);
    }

    /** A copy that was begun before, by any node, may have ended since: to begin another one each time would never end. */
    private Future<Boolean> check(Upload upload) {
        Future<Boolean> copied =
                upload.state() == State.RECEIVING ? objects.isKept(upload.id()) : Future.succeededFuture(false);
        return copied.compose(is -> is ? keep(upload) : copy(upload));
    }

    private Future<Boolean> copy(Upload upload) {
        FileType type = UploadTickets.type(upload);
        return objects.keep(
                        upload,
                        FileHead.MAX_BYTES,
                        begin -> type.fits(new FileHead(begin, begin.length == upload.size())),
                        () -> store.arrive(upload.id(), waitsUntil(upload)))
                .compose(check -> settle(upload, check));
    }

    private Future<Boolean> settle(Upload upload, S3Check check) {
        return switch (check) {
            case KEPT -> keep(upload);
            case ABSENT, CHANGED -> Future.succeededFuture(false);
            case WRONG_SIZE, WRONG_TYPE -> ender.end(upload.id()).map(any -> false);
        };
    }

    /** If several nodes are asked at a time, all keep the same file. */
    private Future<Boolean> keep(Upload upload) {
        long now = tickets.now();
        return store.keep(upload.id(), now, now + tickets.config().keepMs())
                .compose(kept -> kept ? Future.succeededFuture(true) : endIfOver(upload.id()));
    }

    /** An upload that ended while its object was copied may have lost its row, and with that the last who would delete the copy. */
    private Future<Boolean> endIfOver(FileId id) {
        return store.find(id)
                .compose(found -> found.filter(upload -> !upload.state().isEnding())
                        .<Future<?>>map(Future::succeededFuture)
                        .orElseGet(() -> ender.end(id)))
                .map(false);
    }

    /** Why there is no URL. */
    public enum NoUrl {
        /**
         * There is no such file, it has not arrived, is not what it was declared as, or the user may not fetch it: all look the
         * same.
         */
        NOT_FOUND,
        /** It has arrived, and its check lasts. */
        NOT_YET
    }
}
