package dev.portcullis.edge.files;

import dev.portcullis.auth.token.TokenClaims;
import dev.portcullis.edge.api.ApiCall;
import dev.portcullis.edge.tcp.HttpChannel;
import dev.portcullis.http.HttpRefusal;
import dev.portcullis.http.HttpResponses;
import dev.portcullis.http.routing.ApiRequest;
import dev.portcullis.http.routing.CallFailures;
import dev.portcullis.protocol.Target;
import dev.portcullis.protocol.UserId;
import dev.portcullis.uploads.DiskUploads;
import dev.portcullis.uploads.DownloadHeaders;
import dev.portcullis.uploads.S3Uploads;
import dev.portcullis.uploads.UploadStorage;
import dev.portcullis.uploads.ticket.FileId;
import dev.portcullis.uploads.ticket.Upload;
import dev.portcullis.uploads.transfer.TransferPlace;
import dev.portcullis.uploads.transfer.TransferWatch.TransferEnd;
import dev.portcullis.uploads.transfer.TransferWatch.TransferRight;
import io.vertx.core.Future;
import io.vertx.core.file.AsyncFile;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Sends a kept file, or the client to where it is, to a user who may read it at this moment. */
final class FileDownload {
    private static final int FOUND = 302;
    private static final long RETRY_MS = 1_000;

    private final UploadStorage uploads;
    private final FileTransfers transfers;
    private final FileLog log;
    private final FileRights rights;

    FileDownload(UploadStorage uploads, FileTransfers transfers, FileLog log, FileRights rights) {
        this.uploads = uploads;
        this.transfers = transfers;
        this.log = log;
        this.rights = rights;
    }

    void handle(ApiCall call) {
        ApiRequest request = call.request();
        FileId file = FileId.parse(request.text("fileId")).orElseThrow();
        TokenClaims reader = call.claims();
        uploads.fold(disk -> send(request, disk, file, reader), s3 -> redirect(request, s3, file, reader))
                .otherwise(failure -> {
                    CallFailures.log(failure);
                    return DownloadResult.FAILED;
                })
                .onSuccess(result -> settle(request, file, reader.userId(), result));
    }

    private void settle(ApiRequest request, FileId file, UserId reader, DownloadResult result) {
        if (result.isServed()) {
            log.downloaded(result);
            return;
        }
        String requestId = log.refused(request.http(), file, result, reader);
        result.answer().ifPresent(why -> {
            if (why == HttpRefusal.UNAVAILABLE) {
                HttpResponses.retryAfter(request.http().response(), RETRY_MS);
            }
            request.refuse(why, List.of(), requestId);
        });
    }

    private Future<DownloadResult> redirect(ApiRequest request, S3Uploads s3, FileId file, TokenClaims reader) {
        return s3.downloadUrl(request.http().method().name(), file, reader.userId(), rights.readers(reader))
                .map(result -> result.fold(
                        url -> {
                            var unused = request.response()
                                    .setStatusCode(FOUND)
                                    .putHeader(HttpHeaders.LOCATION, url)
                                    .end();
                            return DownloadResult.REDIRECTED;
                        },
                        why -> switch (why) {
                            case NOT_FOUND -> DownloadResult.NOT_FOUND;
                            case NOT_YET -> DownloadResult.BUSY;
                        }));
    }

    private Future<DownloadResult> send(ApiRequest request, DiskUploads disk, FileId file, TokenClaims reader) {
        if (transfers.isDraining()) {
            return Future.succeededFuture(DownloadResult.BUSY);
        }
        Function<Target, Future<Boolean>> readers = rights.readers(reader);
        return disk.find(file, reader.userId(), readers)
                .compose(found -> found.map(upload -> serve(request, disk, upload, reader, readers))
                        .orElseGet(() -> Future.succeededFuture(DownloadResult.NOT_FOUND)));
    }

    /** Takes a place only for a file that is sent: another transfer may have to go for it. */
    private Future<DownloadResult> serve(
            ApiRequest request,
            DiskUploads disk,
            Upload upload,
            TokenClaims reader,
            Function<Target, Future<Boolean>> readers) {
        if (request.http().method().equals(HttpMethod.HEAD)) {
            return open(disk, upload, file -> describe(request, upload, file));
        }
        return disk.transfers()
                .enter(reader.userId(), transfers.addressOf(request.http()))
                .map(place -> send(request, disk, upload, place, right(disk, upload.id(), reader, readers)))
                .orElseGet(() -> Future.succeededFuture(DownloadResult.BUSY));
    }

    private Future<DownloadResult> send(
            ApiRequest request, DiskUploads disk, Upload upload, TransferPlace place, TransferRight right) {
        return open(disk, upload, file -> send(request, disk, upload, file, place, right))
                .onComplete(
                        result -> disk.transfers().leave(place, !result.isBrokenOff()),
                        failure -> disk.transfers().leave(place, true));
    }

    /** The checks before a download begins and while it runs. */
    private TransferRight right(
            DiskUploads disk, FileId file, TokenClaims reader, Function<Target, Future<Boolean>> readers) {
        return new TransferRight() {
            @Override
            public boolean isOver() {
                return rights.isOver(reader.userId());
            }

            @Override
            public Future<Boolean> mayGoOn() {
                return rights.isRevoked(reader)
                        .compose(revoked -> revoked
                                ? Future.succeededFuture(false)
                                : disk.find(file, reader.userId(), readers).map(Optional::isPresent));
            }
        };
    }

    /** A file that was due a moment ago may be gone. */
    private static Future<DownloadResult> open(
            DiskUploads disk, Upload upload, Function<AsyncFile, Future<DownloadResult>> then) {
        return disk.sender().open(upload.id()).transform((file, failure) -> {
            if (failure != null) {
                return failure.getCause() instanceof NoSuchFileException
                        ? Future.succeededFuture(DownloadResult.NOT_FOUND)
                        : Future.failedFuture(failure);
            }
            return then.apply(file);
        });
    }

    /** RFC 9110 section 9.3.2. */
    private static Future<DownloadResult> describe(ApiRequest request, Upload upload, AsyncFile file) {
        return file.close().otherwiseEmpty().map(any -> {
            var unused = withHeaders(request, upload).end();
            return DownloadResult.DESCRIBED;
        });
    }

    private static HttpServerResponse withHeaders(ApiRequest request, Upload upload) {
        HttpServerResponse response = request.response();
        DownloadHeaders.of(upload).forEach(response::putHeader);
        return response.putHeader(HttpHeaders.CONTENT_LENGTH, Long.toString(upload.size()))
                .putHeader(HttpHeaders.ACCESS_CONTROL_EXPOSE_HEADERS, "Content-Disposition");
    }

    private Future<DownloadResult> send(
            ApiRequest request,
            DiskUploads disk,
            Upload upload,
            AsyncFile file,
            TransferPlace place,
            TransferRight right) {
        HttpChannel channel = FileTransfers.last(request.http());
        transfers.send(channel, disk.config().transfer().deadlineMs(upload.size()));
        HttpServerResponse response = withHeaders(request, upload);
        return disk.sender().send(file, upload, response, place, right).transform((ended, failure) -> {
            if (failure == null && ended.isEmpty()) {
                return Future.succeededFuture(DownloadResult.SENT);
            }
            boolean open = channel.isOpen();
            channel.abort(); // the file must not look as if it had ended
            return Future.succeededFuture(failure == null ? resultOf(ended.get()) : brokenOff(open, failure));
        });
    }

    private static DownloadResult resultOf(TransferEnd why) {
        return switch (why) {
            case TOO_SLOW -> DownloadResult.TOO_SLOW;
            case DISPLACED -> DownloadResult.DISPLACED;
            case STOPPED -> DownloadResult.STOPPED;
            case UNKNOWN -> DownloadResult.BROKEN_OFF;
        };
    }

    private static DownloadResult brokenOff(boolean open, Throwable failure) {
        if (!open) {
            return DownloadResult.DISCONNECTED;
        }
        CallFailures.log(failure);
        return DownloadResult.BROKEN_OFF;
    }
}
