package dev.portcullis.uploads;

import dev.portcullis.bus.AnswerUnavailable;
import dev.portcullis.bus.Bus;
import dev.portcullis.uploads.UserUploads.End;
import dev.portcullis.uploads.UserUploads.EndFile;
import dev.portcullis.uploads.UserUploads.Ended;
import dev.portcullis.uploads.UserUploads.EndedFile;
import dev.portcullis.uploads.UserUploads.Holders;
import dev.portcullis.uploads.UserUploads.Read;
import dev.portcullis.uploads.UserUploads.ReadHolders;
import dev.portcullis.uploads.UserUploads.Uploaded;
import dev.portcullis.uploads.UserUploads.UserUpload;
import dev.portcullis.uploads.ticket.FileId;
import dev.portcullis.uploads.ticket.Sums;
import dev.portcullis.uploads.ticket.Upload;
import dev.portcullis.uploads.ticket.UploadStore;
import dev.portcullis.uploads.ticket.UploadStore.Holder;
import dev.portcullis.uploads.ticket.UploadStore.Page;
import io.vertx.core.Future;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** Answers what operators ask about uploads. */
public final class UserUploadsResponder {
    private static final int PAGE = 200;
    private static final int HOLDERS = 100;

    private final UploadStore uploads;
    private final long placeBytes;
    private final LongSupplier clock;

    /**
     * @param placeBytes of which users get shares
     * @param clock the clock of the store
     */
    public UserUploadsResponder(UploadStore uploads, long placeBytes, LongSupplier clock) {
        this.uploads = uploads;
        this.placeBytes = placeBytes;
        this.clock = clock;
    }

    /** Completes when questions can arrive at this instance. */
    public Future<?> open(Bus bus, int instance) {
        return Future.all(
                bus.answer(UserUploads.READ, instance, this::read),
                bus.answer(UserUploads.END, instance, this::end),
                bus.answer(UserUploads.HOLDERS, instance, this::holders),
                bus.answer(UserUploads.END_FILE, instance, this::endFile));
    }

    private Future<Uploaded> read(Read request) {
        return uploads.of(request.owner(), request.from(), PAGE)
                .map(page -> new Uploaded(
                        page.found().stream()
                                .filter(upload -> !upload.state().isEnding())
                                .map(this::shown)
                                .toList(),
                        page.next()));
    }

    private Future<Ended> end(End request) {
        return inTime(
                request.notAfter(),
                () -> uploads.of(request.owner(), request.from(), PAGE)
                        .compose(page -> end(page)
                                .compose(any -> request.forget() && page.next().isEmpty()
                                        ? uploads.forget(request.owner())
                                        : Future.succeededFuture())
                                .map(new Ended(
                                        page.next(),
                                        page.found().stream()
                                                .filter(upload ->
                                                        !upload.state().isEnding())
                                                .count()))));
    }

    private Future<?> end(Page<Upload> page) {
        long now = clock.getAsLong();
        return Future.all(page.found().stream()
                .map(upload -> uploads.end(upload.id(), now))
                .toList());
    }

    private Future<Holders> holders(ReadHolders request) {
        Future<Page<Holder>> page = uploads.holders(request.from(), HOLDERS);
        Future<Sums> all = uploads.all();
        return Future.all(page, all)
                .map(any -> new Holders(
                        page.result().found(),
                        page.result().next(),
                        all.result().bytes(),
                        placeBytes));
    }

    private Future<EndedFile> endFile(EndFile request) {
        return inTime(
                request.notAfter(),
                () -> FileId.parse(request.id())
                        .map(id -> uploads.end(id, clock.getAsLong()))
                        .orElseGet(() -> Future.succeededFuture(Optional.empty()))
                        .map(ended -> new EndedFile(ended.map(Upload::owner))));
    }

    private <T> Future<T> inTime(long notAfter, Supplier<Future<T>> deletion) {
        return clock.getAsLong() > notAfter
                ? Future.failedFuture(new AnswerUnavailable("the time for this part of a deletion is over"))
                : deletion.get();
    }

    private UserUpload shown(Upload upload) {
        return new UserUpload(
                upload.id().value(),
                upload.target(),
                upload.name(),
                upload.size(),
                upload.mime(),
                upload.createdAt(),
                upload.origin().address(),
                upload.dueAt(),
                upload.state().hasFile() && clock.getAsLong() < upload.dueAt());
    }
}
