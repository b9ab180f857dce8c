package dev.portcullis.edge.files;

import dev.portcullis.edge.api.ApiCalls;
import dev.portcullis.edge.listener.RequestBudget;
import dev.portcullis.http.HttpRefusal;
import dev.portcullis.http.routing.ApiRequest;
import dev.portcullis.http.routing.RouterBuilder;
import dev.portcullis.protocol.CallAction;
import dev.portcullis.uploads.DiskUploads;
import dev.portcullis.uploads.UploadStorage;
import io.vertx.core.Handler;
import java.util.Optional;

/** Binds the calls that carry files. Where there are none, nothing is under their paths. */
public final class FileApi {
    private static final String UPLOAD = "uploadFile";
    private static final Handler<ApiRequest> NOTHING = request -> request.refuse(HttpRefusal.NOT_FOUND);

    private final Optional<UploadStorage> uploads;
    private final FileTransfers transfers;
    private final FileLog log;
    private final FileRights rights;
    private final RequestBudget budget;
    private final OwedLookups strange;
    private final ApiCalls calls;

    /** @param strange look-ups of tickets that this node has not issued, of addresses that have used up theirs */
    public FileApi(
            Optional<UploadStorage> uploads,
            FileRights rights,
            FileTransfers transfers,
            FileLog log,
            RequestBudget budget,
            OwedLookups strange,
            ApiCalls calls) {
        this.strange = strange;
        this.calls = calls;
        this.budget = budget;
        this.uploads = uploads;
        this.rights = rights;
        this.transfers = transfers;
        this.log = log;
    }

    public RouterBuilder bind(RouterBuilder router) {
        Optional<DiskUploads> disk = uploads.flatMap(known -> known.fold(Optional::of, s3 -> Optional.empty()));
        Optional<Handler<ApiRequest>> upload =
                disk.map(known -> new FileUpload(known, transfers, log, rights, budget, strange));
        Optional<Handler<ApiRequest>> download = uploads.map(known -> new FileDownload(known, transfers, log, rights))
                .map(found -> calls.as(CallAction.FILE_DOWNLOAD, found::handle));
        return router.provesUsers(UPLOAD)
                .bind(UPLOAD, upload.isPresent(), upload.orElse(NOTHING))
                .bind("downloadFile", download.isPresent(), download.orElse(NOTHING));
    }
}
