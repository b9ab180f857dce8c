package dev.portcullis.uploads;

import dev.portcullis.bus.AnswerUnavailable;
import dev.portcullis.bus.Bus;
import dev.portcullis.protocol.UserId;
import dev.portcullis.uploads.UserUploads.End;
import dev.portcullis.uploads.UserUploads.Ended;
import dev.portcullis.uploads.UserUploads.Read;
import dev.portcullis.uploads.UserUploads.Uploaded;
import dev.portcullis.uploads.UserUploads.UserUpload;
import dev.portcullis.uploads.ticket.FileId;
import dev.portcullis.uploads.ticket.Upload;
import dev.portcullis.uploads.ticket.UploadStore;
import dev.portcullis.uploads.ticket.UploadStore.Page;
import io.vertx.core.Future;
import java.util.List;
import java.util.function.LongSupplier;

/** Answers what operators ask about all uploads of a user. */
public final class UserUploadsResponder {
    private static final int PAGE = 200;

    private final UploadStore uploads;
    private final LongSupplier clock;

    /** @param clock that of the store */
    public UserUploadsResponder(UploadStore uploads, LongSupplier clock) {
        this.uploads = uploads;
        this.clock = clock;
    }

    /** Completes when questions can arrive at this instance. */
    public Future<?> open(Bus bus, int instance) {
        return Future.all(
                bus.answer(UserUploads.READ, instance, this::read), bus.answer(UserUploads.END, instance, this::end));
    }

    private Future<Uploaded> read(Read request) {
        return page(request.owner(), request.from())
                .map(page -> new Uploaded(
                        of(request.owner(), page).stream()
                                .map(UserUploadsResponder::shown)
                                .toList(),
                        page.next()));
    }

    private Future<Ended> end(End request) {
        long now = clock.getAsLong();
        if (now > request.notAfter()) {
            return Future.failedFuture(new AnswerUnavailable("the time for this part of a deletion is over"));
        }
        return page(request.owner(), request.from())
                .compose(page -> Future.all(of(request.owner(), page).stream()
                                .map(upload -> uploads.end(upload.id(), now))
                                .toList())
                        .map(new Ended(page.next())));
    }

    private Future<Page> page(UserId owner, String from) {
        return uploads.page(FileId.laneOf(owner), from, PAGE);
    }

    private static List<Upload> of(UserId owner, Page page) {
        return page.uploads().stream()
                .filter(upload -> upload.owner().equals(owner))
                .toList();
    }

    private static UserUpload shown(Upload upload) {
        return new UserUpload(
                upload.id().value(), upload.target(), upload.name(), upload.size(), upload.mime(), upload.createdAt());
    }
}
