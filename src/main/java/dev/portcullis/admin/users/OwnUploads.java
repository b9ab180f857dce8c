package dev.portcullis.admin.users;

import dev.portcullis.protocol.UserId;
import dev.portcullis.uploads.ticket.FileId;
import dev.portcullis.uploads.ticket.Upload;
import dev.portcullis.uploads.ticket.UploadStore;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** The uploads of a user: shows them, and begins the end of them all. */
final class OwnUploads {
    private static final int PAGE = 200;

    private final UploadStore uploads;

    OwnUploads(UploadStore uploads) {
        this.uploads = uploads;
    }

    Future<List<Upload>> of(UserId owner) {
        List<Upload> found = new ArrayList<>();
        return each(owner, upload -> {
                    found.add(upload);
                    return Future.succeededFuture();
                })
                .map(any -> found.stream().distinct().toList());
    }

    /** None is fetched any more. The files, and then the rows, go with the next sweep of a node that has them. */
    Future<Void> end(UserId owner, long now) {
        return each(owner, upload -> uploads.end(upload.id(), now));
    }

    private Future<Void> each(UserId owner, Function<Upload, Future<?>> step) {
        return each(owner, FileId.laneOf(owner), "", step);
    }

    private Future<Void> each(UserId owner, int lane, String from, Function<Upload, Future<?>> step) {
        return uploads.page(lane, from, PAGE)
                .compose(page -> Future.all(page.uploads().stream()
                                .filter(upload -> upload.owner().equals(owner))
                                .map(step)
                                .toList())
                        .compose(any -> page.next().isEmpty()
                                ? Future.succeededFuture()
                                : each(owner, lane, page.next(), step)));
    }
}
