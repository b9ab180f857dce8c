package dev.portcullis.edge.files;

import dev.portcullis.config.Json;
import dev.portcullis.edge.listener.RequestBudget;
import dev.portcullis.edge.tcp.HttpChannel;
import dev.portcullis.http.HttpRefusal;
import dev.portcullis.http.HttpResponses;
import dev.portcullis.http.routing.ApiRequest;
import dev.portcullis.http.routing.CallFailures;
import dev.portcullis.protocol.UserId;
import dev.portcullis.uploads.DiskUploads;
import dev.portcullis.uploads.UploadRights;
import dev.portcullis.uploads.disk.IncomingBody;
import dev.portcullis.uploads.disk.ReceiveRefusal.Why;
import dev.portcullis.uploads.ticket.FileId;
import dev.portcullis.uploads.ticket.Upload;
import dev.portcullis.uploads.ticket.UploadTicket;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Takes the file of a ticket, which is all the right that the call needs. The body is read as fast as the disk takes it. The
 * answer does not tell what a ticket was good for: it is the same for an unknown, a used and an old one.
 */
final class FileUpload implements Handler<ApiRequest> {
    private static final int CREATED = 201;
    private static final long RETRY_MS = 1_000;

    private final DiskUploads uploads;
    private final FileTransfers transfers;
    private final FileLog log;
    private final UploadRights rights;
    private final RequestBudget budget;
    private final OwedLookups strange;

    /**
     * @param budget a ticket proves whose it is
     * @param strange the requests that an address may still make once it has used up its budget
     */
    FileUpload(
            DiskUploads uploads,
            FileTransfers transfers,
            FileLog log,
            UploadRights rights,
            RequestBudget budget,
            OwedLookups strange) {
        this.budget = budget;
        this.strange = strange;
        this.rights = rights;
        this.uploads = uploads;
        this.transfers = transfers;
        this.log = log;
    }

    @Override
    public void handle(ApiRequest request) {
        HttpServerRequest http = request.http();
        HttpChannel channel = FileTransfers.last(http);
        UploadTicket ticket = UploadTicket.parse(request.text("ticket")).orElseThrow();
        IncomingBody body = new IncomingBody(http, announced(http));
        if (transfers.isDraining()) {
            refuse(request, ticket.file(), UploadResult.BUSY, Optional.empty());
            return;
        }
        Optional<UserId> known = uploads.ownerOf(ticket);
        long waitMs = known.map(user -> budget.proved(http, user)).orElseGet(() -> strange.waitMs(http));
        if (waitMs > 0) {
            refuse(request, ticket.file(), UploadResult.LIMITED, known, waitMs);
            return;
        }
        uploads.receive(ticket, body, transfers.addressOf(http), rights, withinMs -> {
                    transfers.receive(channel, withinMs);
                    request.inviteBody();
                })
                .map(result -> result.fold(
                        upload -> created(request, upload),
                        refused -> refuse(request, ticket.file(), resultOf(refused.why(), channel), refused.owner())))
                .onFailure(failure -> {
                    CallFailures.log(failure);
                    refuse(request, ticket.file(), UploadResult.FAILED, Optional.empty());
                });
    }

    /** The request of a client that goes away ends as if its body did. */
    private static UploadResult resultOf(Why why, HttpChannel channel) {
        return why == Why.INCOMPLETE && !channel.isOpen() ? UploadResult.DISCONNECTED : UploadResult.of(why);
    }

    private FileId created(ApiRequest request, Upload upload) {
        budget.proved(request.http(), upload.owner());
        log.uploaded(request.http(), upload);
        FileTransfers.linger(request.http(), uploads.config().maxBytes());
        String url = uploads.config().fileUrl(upload.id());
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("fileId", upload.id().value());
        answer.put("fileUrl", url);
        var unused = request.send(CREATED, HttpResponses.JSON, Buffer.buffer(Json.write(answer)));
        return upload.id();
    }

    /** The owner of a ticket that another node has issued is known only now, and pays for the request. */
    private FileId refuse(ApiRequest request, FileId file, UploadResult result, Optional<UserId> owner) {
        long waitMs = owner.map(user -> budget.proved(request.http(), user)).orElse(0L);
        return waitMs > 0
                ? refuse(request, file, UploadResult.LIMITED, owner, waitMs)
                : refuse(request, file, result, owner, RETRY_MS);
    }

    private FileId refuse(ApiRequest request, FileId file, UploadResult result, Optional<UserId> owner, long retryMs) {
        String requestId = log.refused(request.http(), file, result, owner);
        result.answer().ifPresent(why -> {
            FileTransfers.linger(request.http(), uploads.config().maxBytes());
            if (why == HttpRefusal.UNAVAILABLE || why == HttpRefusal.RATE_LIMITED) {
                HttpResponses.retryAfter(request.http().response(), retryMs);
            }
            request.refuse(why, List.of(), requestId);
        });
        return file;
    }

    /** The decoder has refused a length that is none, and two of them. */
    private static OptionalLong announced(HttpServerRequest request) {
        String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
        if (length == null) {
            return request.headers().contains(HttpHeaders.TRANSFER_ENCODING)
                    ? OptionalLong.empty()
                    : OptionalLong.of(0);
        }
        try {
            return OptionalLong.of(Long.parseLong(length));
        } catch (NumberFormatException tooLong) {
            return OptionalLong.of(Long.MAX_VALUE);
        }
    }
}
