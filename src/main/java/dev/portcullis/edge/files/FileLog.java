package dev.portcullis.edge.files;

import dev.portcullis.audit.Audit;
import dev.portcullis.audit.AuditEvent;
import dev.portcullis.audit.EventName;
import dev.portcullis.audit.RequestId;
import dev.portcullis.audit.metrics.EnumCounters;
import dev.portcullis.audit.metrics.Metric;
import dev.portcullis.audit.metrics.Metrics;
import dev.portcullis.http.ClientAddress;
import dev.portcullis.http.HttpRefusal;
import dev.portcullis.http.IpAddress;
import dev.portcullis.protocol.UserId;
import dev.portcullis.uploads.ticket.FileId;
import dev.portcullis.uploads.ticket.Upload;
import io.vertx.core.http.HttpServerRequest;
import java.util.Optional;

/** Counts the results of transfers, and writes the events. Used by all event loops. No event has a name or a ticket (CWE-532). */
public final class FileLog {
    private final Audit audit;
    private final ClientAddress proxies;
    private final EnumCounters<UploadResult> uploads;
    private final EnumCounters<DownloadResult> downloads;

    /** Create it once for a node. */
    public FileLog(Audit audit, ClientAddress proxies, Metrics metrics) {
        this.audit = audit;
        this.proxies = proxies;
        this.uploads = metrics.counters(Metric.UPLOADS, UploadResult.class, UploadResult::id);
        this.downloads = metrics.counters(Metric.DOWNLOADS, DownloadResult.class, DownloadResult::id);
    }

    void uploaded(HttpServerRequest request, Upload upload) {
        uploads.add(UploadResult.RECEIVED);
        audit.event(about(EventName.UPLOAD_RECEIVED, request, upload.id()).user(upload.owner()));
    }

    /** @return the request id for the answer */
    String refused(HttpServerRequest request, FileId file, UploadResult result, Optional<UserId> owner) {
        uploads.add(result);
        return refused(about(EventName.UPLOAD_REFUSED, request, file), result.id(), result.answer(), owner);
    }

    void downloaded(DownloadResult result) {
        downloads.add(result);
    }

    String refused(HttpServerRequest request, FileId file, DownloadResult result, UserId reader) {
        downloads.add(result);
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
