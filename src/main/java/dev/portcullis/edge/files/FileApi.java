package dev.portcullis.edge.files;

import dev.portcullis.http.HttpRefusal;
import dev.portcullis.http.routing.ApiRequest;
import dev.portcullis.http.routing.RouterBuilder;
import dev.portcullis.protocol.UserId;
import dev.portcullis.rooms.RoomAuthorizer;
import dev.portcullis.uploads.DiskUploads;
import dev.portcullis.uploads.UploadPlace;
import io.vertx.core.Handler;
import java.util.Optional;
import java.util.function.Predicate;

/** Binds the calls that carry files. Where there are none, nothing is under their paths. */
public final class FileApi {
    private static final Handler<ApiRequest> NOTHING = request -> request.refuse(HttpRefusal.NOT_FOUND);

    private final Optional<UploadPlace> uploads;
    private final RoomAuthorizer rooms;
    private final FileTransfers transfers;
    private final FileLog log;
    private final Predicate<UserId> banned;

    /** @param banned users who may send and fetch nothing meanwhile */
    public FileApi(
            Optional<UploadPlace> uploads,
            RoomAuthorizer rooms,
            FileTransfers transfers,
            FileLog log,
            Predicate<UserId> banned) {
        this.uploads = uploads;
        this.rooms = rooms;
        this.transfers = transfers;
        this.log = log;
        this.banned = banned;
    }

    public RouterBuilder bind(RouterBuilder router) {
        Optional<DiskUploads> disk = uploads.flatMap(known -> known.fold(Optional::of, s3 -> Optional.empty()));
        Optional<Handler<ApiRequest>> upload = disk.map(known -> new FileUpload(known, transfers, log, banned::test));
        Optional<Handler<ApiRequest>> download =
                uploads.map(known -> new FileDownload(known, rooms, transfers, log, banned));
        return router.bind("uploadFile", upload.isPresent(), upload.orElse(NOTHING))
                .bind("downloadFile", download.isPresent(), download.orElse(NOTHING));
    }
}
