package dev.portcullis.uploads;

import dev.portcullis.http.AddressRange;
import dev.portcullis.protocol.Rejection;
import dev.portcullis.protocol.Result;
import dev.portcullis.protocol.Target;
import dev.portcullis.protocol.UserId;
import dev.portcullis.resilience.WorkerPool;
import dev.portcullis.store.StoreOpenException;
import dev.portcullis.uploads.UploadTickets.IssuedTicket;
import dev.portcullis.uploads.UploadTickets.Wanted;
import dev.portcullis.uploads.disk.DiskFolder;
import dev.portcullis.uploads.disk.DiskQuota;
import dev.portcullis.uploads.disk.FileReceiver;
import dev.portcullis.uploads.disk.FileSender;
import dev.portcullis.uploads.disk.FolderId;
import dev.portcullis.uploads.disk.IncomingBody;
import dev.portcullis.uploads.disk.ReceiveRefusal;
import dev.portcullis.uploads.disk.ReceiveRefusal.Why;
import dev.portcullis.uploads.ticket.FileId;
import dev.portcullis.uploads.ticket.Upload;
import dev.portcullis.uploads.ticket.UploadTicket;
import dev.portcullis.uploads.transfer.TransferPlace;
import dev.portcullis.uploads.transfer.TransferPlaces;
import dev.portcullis.uploads.transfer.TransferWatch.TransferRight;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.LongConsumer;
import java.util.function.Predicate;

/** Uploads to a disk of this node. Nothing is issued or received before {@link #bind} has ended. */
public final class DiskUploads implements Uploads {
    /** Tickets that a node remembers, of some hundred bytes each. */
    private static final int ISSUED = 10_000;

    private final UploadTickets tickets;
    private final FolderId folder;
    private final DiskQuota quota;
    private final DiskReservation room;
    private final FileReceiver receiver;
    private final FileSender sender;
    private final FileEnder ender;
    private final UploadReconciler reconciler;
    private final TransferPlaces transfers;
    private final IssuedTickets issued = new IssuedTickets(ISSUED);
    private final TicketLookups knownLookups;
    private final TicketLookups strangeLookups;
    private volatile boolean wasBound;
    private volatile boolean ready;

    /**
     * @param workers for calls of the disk; not those that clients' logins wait for
     * @param shared whether the operator says of an address that many users share it
     */
    public DiskUploads(
            Vertx vertx, UploadTickets tickets, DiskFolder folder, WorkerPool workers, Predicate<AddressRange> shared) {
        DiskThreads disk = new DiskThreads(workers);
        UploadsConfig config = tickets.config();
        this.tickets = tickets;
        this.folder = folder.id();
        this.quota = new DiskQuota(config.nodeBytes());
        this.room = new DiskReservation(quota);
        this.receiver = new FileReceiver(vertx, folder, workers, config.transfer());
        this.sender = new FileSender(vertx, folder, config.transfer());
        this.transfers = new TransferPlaces(
                config.shares(), config.transfer(), shared, () -> TimeUnit.NANOSECONDS.toMillis(System.nanoTime()));
        this.knownLookups = new TicketLookups(config.shares().node());
        this.strangeLookups = new TicketLookups(config.shares().node());
        this.ender = new FileEnder(
                tickets,
                id -> disk.run(() -> {
                    folder.delete(id);
                    return id;
                }),
                room::removed);
        this.reconciler = new UploadReconciler(tickets.store(), folder, quota, ender, disk);
    }

    @Override
    public UploadsConfig config() {
        return tickets.config();
    }

    /**
     * Counts the bytes of all rows after a start, and ends those whose file is lost. Fails, and changes nothing, if the files
     * of the rows are in another folder. Call it once.
     */
    public Future<Void> countRows() {
        return tickets.store()
                .boundFolder()
                .compose(before -> {
                    wasBound = before.isPresent();
                    return requireSame(before);
                })
                .compose(any -> reconciler.countRows());
    }

    /**
     * Binds the store to the folder, and lets uploads begin. Call it once, when nothing else can fail the start: a start that
     * failed, maybe with the wrong store, must not permit the next one to delete files.
     */
    public Future<Void> bind() {
        return tickets.store().bind(folder.value()).compose(this::requireSame).onSuccess(any -> ready = true);
    }

    /**
     * Deletes files that no row knows, beside everything else; not those of a folder that no start with this store has used
     * before, since it may be the store that is the wrong one. Call it once, after {@link #bind}.
     */
    public Future<Void> removeOrphans() {
        return wasBound ? reconciler.removeOrphans() : Future.succeededFuture();
    }

    private Future<Void> requireSame(Optional<String> before) {
        return before.filter(bound -> !bound.equals(folder.value()))
                .<Future<Void>>map(other -> Future.failedFuture(new StoreOpenException("the folder of " + folder.file()
                        + " is not the one that has the files which the store knows: use that one as uploads.folder, or, if"
                        + " its files are lost, write " + other + " into this file")))
                .orElseGet(Future::succeededFuture);
    }

    @Override
    public Future<Result<IssuedTicket, Rejection>> issue(Wanted wanted) {
        if (wanted.size() < 1 || wanted.size() > tickets.config().maxBytes()) {
            return tickets.issue(wanted);
        }
        return ready && quota.hasRoom(wanted.size())
                ? tickets.issue(wanted).onSuccess(this::remember)
                : Future.succeededFuture(Result.refused(Rejection.unavailable()));
    }

    private void remember(Result<IssuedTicket, Rejection> result) {
        if (result instanceof Result.Done<IssuedTicket, Rejection> ticket) {
            issued.add(ticket.value().upload());
        }
    }

    /** The owner of a ticket, if this node has issued it: that needs no question to the store. */
    public Optional<UserId> ownerOf(UploadTicket ticket) {
        return issued.ownerOf(ticket, tickets.now());
    }

    @Override
    public String uploadUrl(UploadTicket ticket, Upload issued) {
        return tickets.config().uploadUrl(ticket);
    }

    /**
     * Receives the file of a ticket, on the context of the body. After a refusal the caller closes the connection.
     *
     * @param address of the client: the keys that its transfers count under, narrowest first
     * @param onBegin called with the time that the transfer may take, once the ticket is used
     */
    public Future<Result<Upload, ReceiveRefusal>> receive(
            UploadTicket ticket, IncomingBody body, List<String> address, UploadRights rights, LongConsumer onBegin) {
        Sending sending = new Sending(ticket, body, rights, onBegin);
        return lookUp(ticket, address, upload -> receiveOf(upload, sending, address));
    }

    /** A client that sends the file of a ticket. */
    private record Sending(UploadTicket ticket, IncomingBody body, UploadRights rights, LongConsumer onBegin) {}

    /** Like {@link UploadTickets#find}. */
    public Future<Optional<Upload>> find(FileId id, UserId reader, Function<Target, Future<Boolean>> readers) {
        return tickets.find(id, reader, readers);
    }

    public FileSender sender() {
        return sender;
    }

    /** A download takes a place here. */
    public TransferPlaces transfers() {
        return transfers;
    }

    @Override
    public Future<Integer> sweep() {
        return ready ? ender.sweep().compose(tickets::forgetUnseen) : Future.succeededFuture(0);
    }

    /** Bytes that count, for a gauge. */
    public long bytes() {
        return quota.used();
    }

    /**
     * A ticket names no user, so it is looked up before it takes a place. A ticket that anyone may have made up keeps no right
     * one out, and counts for its address; a right one counts for its user.
     */
    private Future<Result<Upload, ReceiveRefusal>> lookUp(
            UploadTicket ticket,
            List<String> address,
            Function<Upload, Future<Result<Upload, ReceiveRefusal>>> receive) {
        Optional<UserId> owner = ownerOf(ticket);
        TicketLookups lookups = owner.isPresent() ? knownLookups : strangeLookups;
        List<String> payer = owner.map(user -> List.of(user.value())).orElse(address);
        if (!ready || !lookups.tryAcquire(payer)) {
            return Future.succeededFuture(refusal(Why.BUSY));
        }
        return tickets.store()
                .find(ticket.file())
                .onComplete(any -> lookups.release(payer))
                .compose(found -> found.filter(upload -> upload.isOpenTo(ticket, tickets.now()))
                        .map(receive)
                        .orElseGet(() -> Future.succeededFuture(refusal(Why.NO_TICKET))));
    }

    /** A refusal that needs no body leaves the ticket unused. */
    private Future<Result<Upload, ReceiveRefusal>> receiveOf(Upload upload, Sending sending, List<String> address) {
        UserId owner = upload.owner();
        OptionalLong announced = sending.body().otherThan(upload.size());
        if (sending.rights().isOver(owner)) {
            return refused(Why.NO_TICKET, owner);
        }
        if (announced.isPresent()) {
            return refused(announced.getAsLong() > upload.size() ? Why.TOO_LARGE : Why.INCOMPLETE, owner);
        }
        Optional<TransferPlace> entered = transfers.enter(owner, address);
        if (entered.isEmpty()) {
            return refused(Why.BUSY, owner);
        }
        TransferPlace place = entered.get();
        return sending.rights()
                .maySend(upload)
                .compose(may -> may ? reserve(upload, sending, place) : Future.succeededFuture(refusal(Why.NO_TICKET)))
                .onComplete(
                        result -> transfers.leave(
                                place,
                                result.fold(
                                        received -> true,
                                        refused -> !refused.why().isBrokenOff())),
                        failure -> transfers.leave(place, true))
                .map(result -> result.fold(
                        received -> result,
                        refused -> Result.refused(new ReceiveRefusal(refused.why(), Optional.of(owner)))));
    }

    private static Result<Upload, ReceiveRefusal> refusal(Why why) {
        return Result.refused(new ReceiveRefusal(why));
    }

    private static Future<Result<Upload, ReceiveRefusal>> refused(Why why, UserId owner) {
        return Future.succeededFuture(Result.refused(new ReceiveRefusal(why, Optional.of(owner))));
    }

    private Future<Result<Upload, ReceiveRefusal>> reserve(Upload upload, Sending sending, TransferPlace place) {
        DiskReservation.Reservation reservation = room.reserve(upload);
        return reservation == DiskReservation.Reservation.NONE
                ? Future.succeededFuture(refusal(Why.NO_ROOM))
                : take(upload, sending, reservation, place);
    }

    private Future<Result<Upload, ReceiveRefusal>> take(
            Upload upload, Sending sending, DiskReservation.Reservation reservation, TransferPlace place) {
        long now = tickets.now();
        long withinMs = tickets.config().receiveMs(upload.size());
        return tickets.take(upload.id(), sending.ticket().hash(), now, now + withinMs)
                .onFailure(failure -> room.failed(upload, reservation, failure))
                .compose(result -> result.fold(
                        taken -> {
                            issued.remove(upload.id());
                            room.used(upload);
                            sending.onBegin().accept(withinMs);
                            return receive(taken, sending.body(), place, sending.rights());
                        },
                        excess -> unused(upload, reservation, excess.isPresent() ? Why.NO_ROOM : Why.NO_TICKET)));
    }

    private Future<Result<Upload, ReceiveRefusal>> unused(
            Upload upload, DiskReservation.Reservation reservation, Why why) {
        room.unused(upload, reservation);
        return Future.succeededFuture(refusal(why));
    }

    private Future<Result<Upload, ReceiveRefusal>> receive(
            Upload upload, IncomingBody body, TransferPlace place, UploadRights rights) {
        return receiver.receive(body, upload, UploadTickets.type(upload), place, right(upload, rights))
                .compose(result ->
                        result.fold(received -> keep(received, result), refused -> Future.succeededFuture(result)))
                .recover(failure -> unlessGone(upload, failure))
                .transform((result, failure) -> failure == null && result.isDone()
                        ? Future.succeededFuture(result)
                        : ended(
                                upload,
                                failure == null ? Future.succeededFuture(result) : Future.failedFuture(failure)));
    }

    private TransferRight right(Upload upload, UploadRights rights) {
        return new TransferRight() {
            @Override
            public boolean isOver() {
                return rights.isOver(upload.owner());
            }

            @Override
            public Future<Boolean> mayGoOn() {
                return tickets.store()
                        .find(upload.id())
                        .compose(row -> row.filter(known -> known.state() == Upload.State.RECEIVING)
                                .map(rights::maySend)
                                .orElseGet(() -> Future.succeededFuture(false)));
            }
        };
    }

    private Future<Result<Upload, ReceiveRefusal>> keep(Upload upload, Result<Upload, ReceiveRefusal> received) {
        long now = tickets.now();
        return tickets.store()
                .keep(upload.id(), now, now + tickets.config().keepMs())
                .map(kept -> kept ? received : refusal(now < upload.dueAt() ? Why.NO_TICKET : Why.TOO_SLOW));
    }

    /** A user who is deleted takes their uploads along, and the file of one that arrives goes with its row. */
    private Future<Result<Upload, ReceiveRefusal>> unlessGone(Upload upload, Throwable failure) {
        return tickets.store()
                .find(upload.id())
                .map(found -> found.filter(row -> row.state() == Upload.State.RECEIVING)
                        .isEmpty())
                .transform((gone, unknown) -> unknown == null && gone
                        ? Future.succeededFuture(refusal(Why.NO_TICKET))
                        : Future.failedFuture(failure));
    }

    /** If the end fails, the upload is due by itself. */
    private Future<Result<Upload, ReceiveRefusal>> ended(
            Upload upload, Future<Result<Upload, ReceiveRefusal>> outcome) {
        return ender.end(upload.id()).transform(any -> outcome);
    }
}
