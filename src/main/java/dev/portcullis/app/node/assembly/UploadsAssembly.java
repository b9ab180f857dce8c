package dev.portcullis.app.node.assembly;

import dev.portcullis.audit.metrics.EnumCounters;
import dev.portcullis.audit.metrics.Metric;
import dev.portcullis.config.text.RootCause;
import dev.portcullis.http.AddressRange;
import dev.portcullis.http.outgoing.OutgoingConfig;
import dev.portcullis.http.outgoing.OutgoingHttp;
import dev.portcullis.http.outgoing.OutgoingService;
import dev.portcullis.http.outgoing.OutgoingTarget;
import dev.portcullis.http.outgoing.OutgoingUrl;
import dev.portcullis.protocol.Result;
import dev.portcullis.resilience.WorkerPool;
import dev.portcullis.resilience.WorkerPool.NotRun;
import dev.portcullis.store.StoreOpenException;
import dev.portcullis.uploads.DiskUploads;
import dev.portcullis.uploads.S3Uploads;
import dev.portcullis.uploads.UploadStorage;
import dev.portcullis.uploads.UploadTickets;
import dev.portcullis.uploads.UploadsConfig;
import dev.portcullis.uploads.disk.DiskFolder;
import dev.portcullis.uploads.s3.S3Config;
import dev.portcullis.uploads.s3.S3Objects;
import dev.portcullis.uploads.s3.S3Urls;
import dev.portcullis.uploads.ticket.SharePolicy.Excess;
import dev.portcullis.uploads.ticket.UploadStore;
import io.vertx.core.Future;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The files of users, where the configuration wants them; empty before they are open, and where there are none. */
final class UploadsAssembly implements Supplier<Optional<UploadStorage>> {
    private static final Logger LOG = LoggerFactory.getLogger(UploadsAssembly.class);

    /** Threads that wait for the disk. The transfers and the sweep bound the work that waits for them. */
    private static final WorkerPool.Config THREADS = new WorkerPool.Config(4, 256, 10_000);

    private final NodeServices services;
    private final UploadStore store;
    private final UploadsConfig config;
    private final Predicate<AddressRange> shared;
    private final StopSteps stops;
    private volatile Optional<UploadStorage> uploads = Optional.empty();
    private volatile Optional<DiskUploads> unbound = Optional.empty();
    private volatile Optional<DiskFolder> folder = Optional.empty();
    private volatile long heldBytes;
    private boolean sweeping;
    private final EnumCounters<Excess> exceeded;

    /** @param shared whether the operator says of an address that many users share it */
    UploadsAssembly(
            NodeServices services,
            UploadStore store,
            UploadsConfig config,
            Predicate<AddressRange> shared,
            StopSteps stops) {
        this.services = services;
        this.store = store;
        this.config = config;
        this.shared = shared;
        this.stops = stops;
        this.exceeded = services.metrics().counters(Metric.UPLOADS_EXCEEDED, Excess.class, Excess::id);
        services.metrics().measure(Metric.UPLOADS_HELD_BYTES, () -> heldBytes);
        services.metrics().measure(Metric.FILES_BYTES, () -> onDisk(DiskUploads::bytes));
        services.metrics()
                .measure(
                        Metric.FILE_TRANSFERS,
                        () -> onDisk(disk -> disk.transfers().count()));
    }

    @Override
    public Optional<UploadStorage> get() {
        return uploads;
    }

    /** The folder of the files; empty before it is open, and where there is none. */
    Optional<DiskFolder> folder() {
        return folder;
    }

    /** Completes when files can be sent; on a disk they are taken, and tickets given, once it is {@link #bind bound}. */
    Future<?> open() {
        return switch (config.kind()) {
            case NONE -> Future.succeededFuture();
            case DISK -> openDisk();
            case S3 -> openS3();
        };
    }

    private Future<?> openDisk() {
        WorkerPool threads = new WorkerPool(
                services.vertx(), "files", THREADS, () -> services.metrics().count(Metric.WORKERS_REFUSED));
        stops.pushClose(threads::close);
        Path path = Path.of(config.folder().orElseThrow());
        Future<Result<DiskFolder, NotRun>> opened = threads.run(() -> openFolder(path));
        return opened.compose(result -> result.fold(
                found -> openDisk(found, threads),
                why -> Future.failedFuture(new StoreOpenException("the start ended before uploads.folder was open"))));
    }

    private Future<?> openDisk(DiskFolder opened, WorkerPool threads) {
        stops.push(() -> close(opened));
        DiskUploads disk = new DiskUploads(services.vertx(), uploadTickets(), opened, threads, shared);
        return disk.countRows().onSuccess(any -> {
            folder = Optional.of(opened);
            unbound = Optional.of(disk);
            begin(new UploadStorage.OnDisk(disk));
        });
    }

    /** The last step of the start. */
    Future<?> bind() {
        return unbound.map(disk ->
                        disk.bind().onSuccess(any -> disk.removeOrphans().onFailure(UploadsAssembly::warnOfOrphans)))
                .orElseGet(Future::succeededFuture);
    }

    private Future<?> openS3() {
        S3Config s3 = config.s3();
        OutgoingUrl url = OutgoingUrl.parse(s3.origin() + "/").orElseThrow();
        OutgoingConfig bounds = boundsOf(url.host());
        OutgoingHttp http = OutgoingHttp.open(services.vertx(), bounds);
        stops.pushClose(http::close);
        OutgoingTarget target = new OutgoingTarget(OutgoingService.FILE_STORE, url, bounds, services.outgoing());
        OutgoingTarget copies = new OutgoingTarget(OutgoingService.FILE_STORE, url, bounds, services.outgoing());
        services.outgoing().watch(OutgoingService.FILE_STORE, target::position);
        S3Urls urls = new S3Urls(s3);
        Supplier<Instant> clock = () -> Instant.ofEpochMilli(services.clock().getAsLong());
        S3Objects objects = new S3Objects(http, target, copies, s3, urls, clock);
        begin(new UploadStorage.InS3(new S3Uploads(services.vertx(), uploadTickets(), objects, urls)));
        return Future.succeededFuture();
    }

    private void begin(UploadStorage opened) {
        uploads = Optional.of(opened);
        long timer = services.vertx().setPeriodic(config.sweepMs(), any -> sweep(opened));
        stops.pushClose(() -> services.vertx().cancelTimer(timer));
    }

    private void sweep(UploadStorage opened) {
        if (sweeping) {
            return;
        }
        sweeping = true;
        opened.uploads()
                .sweep()
                .compose(any -> store.all())
                .onComplete(
                        held -> {
                            heldBytes = held.bytes();
                            sweeping = false;
                        },
                        failure -> {
                            sweeping = false;
                            warnOfSweep(failure);
                        });
    }

    private UploadTickets uploadTickets() {
        return new UploadTickets(store, config, exceeded::add, services.clock());
    }

    private long onDisk(ToLongFunction<DiskUploads> measure) {
        return uploads.map(known -> known.<Long>fold(measure::applyAsLong, s3 -> 0L))
                .orElse(0L);
    }

    /** The operator names the host, which may be one of the own network. */
    private static OutgoingConfig boundsOf(String host) {
        OutgoingConfig standard = OutgoingConfig.STANDARD;
        return new OutgoingConfig(
                standard.deadlineMs(),
                standard.answerBytes(),
                standard.inFlight(),
                standard.inFlightPerTarget(),
                Set.of(host),
                standard.breaker());
    }

    private static DiskFolder openFolder(Path path) throws StoreOpenException {
        try {
            return DiskFolder.open(path);
        } catch (IOException failure) {
            throw new StoreOpenException("uploads.folder can't be used (" + RootCause.of(failure)
                    + "); correct that, or set another folder");
        }
    }

    private static Future<?> close(DiskFolder folder) {
        try {
            folder.close();
            return Future.succeededFuture();
        } catch (IOException failure) {
            return Future.failedFuture(failure);
        }
    }

    private static void warnOfOrphans(Throwable failure) {
        LOG.atWarn()
                .addKeyValue("event", "uploads.orphans.left")
                .setCause(failure)
                .log("files that no row knows could not be deleted; the next start tries again");
    }

    private static void warnOfSweep(Throwable failure) {
        LOG.atWarn()
                .addKeyValue("event", "uploads.sweep.failed")
                .setCause(failure)
                .log("files that are due could not be found; the next sweep tries again");
    }
}
