package dev.portcullis.uploads;

import dev.portcullis.protocol.Rejection;
import dev.portcullis.protocol.Target;
import dev.portcullis.protocol.UserId;
import dev.portcullis.resilience.InFlightLimit;
import dev.portcullis.resilience.WorkerPool;
import dev.portcullis.store.StoreFailure;
import dev.portcullis.uploads.disk.DiskFolder;
import dev.portcullis.uploads.disk.DiskQuota;
import dev.portcullis.uploads.disk.FileReceiver;
import dev.portcullis.uploads.disk.IncomingBody;
import dev.portcullis.uploads.disk.ReceiveResult;
import dev.portcullis.uploads.disk.ReceiveResult.Refused;
import dev.portcullis.uploads.disk.ReceiveResult.Why;
import dev.portcullis.uploads.ticket.Upload;
import dev.portcullis.uploads.ticket.UploadTicket;
import io.vertx.core.Future;
import io.vertx.core.Vertx;

/** Uploads to a disk of this node. Nothing is issued or received before {@link #heal} has ended. */
public final class DiskUploads {
    private final TicketOffice office;
    private final DiskQuota quota;
    private final FileReceiver receiver;
    private final FileEnder ender;
    private final DiskHealer healer;
    private final InFlightLimit transfers;
    private volatile boolean ready;

    /** @param workers for calls of the disk; not those that clients' logins wait for */
    public DiskUploads(Vertx vertx, TicketOffice office, DiskFolder folder, WorkerPool workers) {
        DiskThreads disk = new DiskThreads(workers);
        this.office = office;
        this.quota = new DiskQuota(office.config().nodeBytes());
        this.receiver = new FileReceiver(vertx, folder, workers, office.config().transfer());
        this.transfers = new InFlightLimit(office.config().concurrent());
        this.ender = new FileEnder(
                office,
                id -> disk.run(() -> {
                    folder.delete(id);
                    return id;
                }),
                upload -> quota.release(upload.size()));
        this.healer = new DiskHealer(office.store(), folder, quota, ender, disk);
    }

    /** Makes rows and files agree after a crash. Call it once, at the start. */
    public Future<Void> heal() {
        return healer.countRows().onSuccess(any -> ready = true).compose(any -> healer.removeOrphans());
    }

    /** Like {@link TicketOffice#issue}; where the node's disk has no room, {@code unavailable}. */
    public Future<TicketResult> issue(UserId owner, Target target, String name, long size, String mime) {
        if (size < 1 || size > office.config().maxBytes()) {
            return office.issue(owner, target, name, size, mime);
        }
        if (!ready || !quota.tryReserve(size)) {
            return Future.succeededFuture(new TicketResult.Refused(Rejection.unavailable()));
        }
        return office.issue(owner, target, name, size, mime)
                .onComplete(
                        result -> {
                            if (result instanceof TicketResult.Refused) {
                                quota.release(size);
                            }
                        },
                        failure -> releaseIfNotApplied(failure, size));
    }

    /**
     * Receives the file of a ticket, on the context of the body. After a refusal the caller closes the connection.
     */
    public Future<ReceiveResult> receive(UploadTicket ticket, IncomingBody body) {
        if (!ready || !transfers.tryAcquire()) {
            return Future.succeededFuture(new Refused(Why.BUSY));
        }
        return take(ticket, body).onComplete(any -> transfers.release());
    }

    /** Deletes what is due. Call it again and again. */
    public Future<Integer> sweep() {
        return ready ? ender.sweep() : Future.succeededFuture(0);
    }

    /** Bytes that count, for a gauge. */
    public long bytes() {
        return quota.used();
    }

    /** Else the row may be there, and counts until it is due. */
    private void releaseIfNotApplied(Throwable failure, long size) {
        if (failure instanceof StoreFailure store && store.isNotApplied()) {
            quota.release(size);
        }
    }

    private Future<ReceiveResult> take(UploadTicket ticket, IncomingBody body) {
        UploadsConfig config = office.config();
        long now = office.now();
        return office.store()
                .find(ticket.file())
                .compose(found -> found.isEmpty()
                        ? Future.succeededFuture(found)
                        : office.store()
                                .take(
                                        ticket.file(),
                                        ticket.hash(),
                                        now,
                                        now + config.receiveMs(found.get().size())))
                .compose(taken -> taken.isEmpty()
                        ? Future.succeededFuture(new Refused(Why.NO_TICKET))
                        : receive(taken.get(), body));
    }

    private Future<ReceiveResult> receive(Upload upload, IncomingBody body) {
        return receiver.receive(body, upload, TicketOffice.type(upload))
                .compose(result -> result.fold(() -> keep(upload), why -> Future.succeededFuture(result)))
                .transform((result, failure) -> result instanceof ReceiveResult.Received
                        ? Future.succeededFuture(result)
                        : ended(
                                upload,
                                failure == null ? Future.succeededFuture(result) : Future.failedFuture(failure)));
    }

    private Future<ReceiveResult> keep(Upload upload) {
        long now = office.now();
        return office.store()
                .keep(upload.id(), now, now + office.config().keepMs())
                .map(kept -> kept ? new ReceiveResult.Received() : new Refused(Why.TOO_SLOW));
    }

    /** If the end fails, the upload is due by itself. */
    private Future<ReceiveResult> ended(Upload upload, Future<ReceiveResult> outcome) {
        return ender.end(upload.id()).transform(any -> outcome);
    }
}
