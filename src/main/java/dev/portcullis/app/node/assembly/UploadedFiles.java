package dev.portcullis.app.node.assembly;

import dev.portcullis.broadcast.expiry.SentFiles;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.streams.RemovedFile;
import dev.portcullis.streams.StreamName;
import dev.portcullis.uploads.ticket.FileId;
import dev.portcullis.uploads.ticket.UploadStore;
import io.vertx.core.Future;
import java.util.Optional;

/** The uploads as the files that messages name. */
public record UploadedFiles(UploadStore uploads) implements SentFiles {
    @Override
    public Future<SentPage> sentTo(RoomId room, String from, int most) {
        return uploads.sentTo(room, from, most)
                .map(page -> new SentPage(
                        page.found().stream()
                                .map(upload ->
                                        new RemovedFile(upload.id().value(), upload.owner(), StreamName.room(room)))
                                .toList(),
                        page.next()));
    }

    @Override
    public Future<Optional<SentFile>> find(String file) {
        return uploads.find(new FileId(file))
                .map(found -> found.filter(upload -> !upload.state().isEnding())
                        .map(upload -> new SentFile(upload.owner(), upload.target())));
    }

    @Override
    public Future<Boolean> end(RemovedFile named) {
        return uploads.endIf(new FileId(named.file()), upload -> named.isOf(upload.owner(), upload.target()));
    }

    @Override
    public Future<Boolean> hide(RemovedFile named) {
        return uploads.hideIf(new FileId(named.file()), upload -> named.isOf(upload.owner(), upload.target()));
    }
}
