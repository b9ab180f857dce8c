package dev.portcullis.edge.files;

import dev.portcullis.audit.Audit;
import dev.portcullis.audit.AuditEvent;
import dev.portcullis.audit.EventName;
import dev.portcullis.audit.RequestId;
import dev.portcullis.http.ClientAddress;
import dev.portcullis.http.HttpRefusal;
import dev.portcullis.http.IpAddress;
import dev.portcullis.protocol.UserId;
import dev.portcullis.uploads.ticket.FileId;
import dev.portcullis.uploads.ticket.Upload;
import io.vertx.core.http.HttpServerRequest;
import java.util.Optional;

/** Counts the results of transfers, and writes the events. No event has a name or a ticket (CWE-532). */
public record FileLog(Audit audit, ClientAddress proxies, FileCounts counts) {

    void uploaded(HttpServerRequest request, Upload upload) {
        counts.add(UploadResult.RECEIVED);
        audit.event(about(EventName.UPLOAD_RECEIVED, request, upload.id()).user(upload.owner()));
    }

    /** @return the request id for the answer */
    String refused(HttpServerRequest request, FileId file, UploadResult result, Optional<UserId> owner) {
        counts.add(result);
        return refused(about(EventName.UPLOAD_REFUSED, request, file), result.id(), result.answer(), owner);
    }

    void downloaded(DownloadResult result) {
        counts.add(result);
    }

    /** @return the request id for the answer */
    String refused(HttpServerRequest request, FileId file, DownloadResult result, UserId reader) {
        counts.add(result);
        return refused(
                about(EventName.DOWNLOAD_REFUSED, request, file), result.id(), result.answer(), Optional.of(reader));
    }

    private String refused(AuditEvent event, String reason, Optional<HttpRefusal> answer, Optional<UserId> user) {
        String requestId = RequestId.next();
        AuditEvent known = event.requestId(requestId).reason(reason);
        AuditEvent ofUser = user.map(known::user).orElse(known);
        audit.event(answer.map(HttpRefusal::status).map(ofUser::code).orElse(ofUser));
        return requestId;
    }

    private AuditEvent about(EventName name, HttpServerRequest request, FileId file) {
        AuditEvent event = AuditEvent.of(name).resource(file.value());
        return proxies.of(request).map(IpAddress::toString).map(event::ip).orElse(event);
    }
}
