package dev.portcullis.admin;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.portcullis.audit.Audit;
import dev.portcullis.audit.AuditEvent;
import dev.portcullis.audit.EventName;
import dev.portcullis.audit.RequestId;
import dev.portcullis.audit.chain.ChainEvent;
import dev.portcullis.audit.chain.ChainLine;
import dev.portcullis.audit.chain.ChainReader;
import dev.portcullis.config.Json;
import dev.portcullis.http.HttpRefusal;
import dev.portcullis.http.HttpResponses;
import dev.portcullis.http.routing.ApiRequest;
import dev.portcullis.http.routing.RouterBuilder;
import dev.portcullis.resilience.WorkerPool;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;

/**
 * Shows operators the audit file of this node, in pages of a bounded size. The lines are those of the file, with their
 * hashes, so that a reader can check them.
 */
final class AuditLogReader {
    private static final int OK = 200;
    private static final int STANDARD_LIMIT = 100;
    private static final long MOST_BYTES = 262_144;

    private final Optional<ChainReader> files;
    private final WorkerPool workers;
    private final Audit audit;

    AuditLogReader(Optional<ChainReader> files, WorkerPool workers, Audit audit) {
        this.files = files;
        this.workers = workers;
        this.audit = audit;
    }

    boolean isKept() {
        return files.isPresent();
    }

    /** @param logged logs a failure, and returns the answer */
    RouterBuilder bind(RouterBuilder router, BiFunction<HttpRefusal, Throwable, HttpRefusal> logged) {
        return router.bind(
                "readAudit",
                request -> files.ifPresentOrElse(
                        reader -> read(request, reader, logged), () -> request.refuse(HttpRefusal.UNSUPPORTED)));
    }

    private void read(ApiRequest request, ChainReader reader, BiFunction<HttpRefusal, Throwable, HttpRefusal> logged) {
        long after = request.numberIn("after").orElse(0L);
        int limit = request.numberIn("limit").orElse((long) STANDARD_LIMIT).intValue();
        workers.run(() -> reader.read(after, limit, MOST_BYTES))
                .onSuccess(result -> result.fold(
                                page -> (Runnable) () -> send(request, reader.chain(), after, page),
                                notRun -> () -> request.refuse(HttpRefusal.UNAVAILABLE))
                        .run())
                .onFailure(failure -> request.refuse(logged.apply(HttpRefusal.UNAVAILABLE, failure)));
    }

    private void send(ApiRequest request, String node, long after, ChainReader.Page page) {
        if (page.lines().stream().anyMatch(AuditLogReader::isNews)) {
            audit.event(AuditEvent.of(EventName.ADMIN_AUDIT_READ)
                    .requestId(RequestId.next())
                    .ip(request.http().remoteAddress().hostAddress())
                    .resource("after:" + after)
                    .messageCount(page.lines().size())
                    .detail(request.caller(Operator.class).id()));
        }
        request.send(OK, HttpResponses.JSON, json(node, page));
    }

    /**
     * An operator who polls the log must not find, and cause, new lines that only tell of the polling: such a page is not
     * recorded.
     */
    private static boolean isNews(byte[] line) {
        String text = new String(line, US_ASCII);
        return List.of(EventName.ADMIN_AUDIT_READ.id(), ChainEvent.CHECKPOINT.id()).stream()
                .noneMatch(id -> text.contains("\"event\":\"" + id + '"'));
    }

    /** A line that someone changed need not be JSON. The command {@code audit verify} says more about it. */
    private static byte[] shown(byte[] line) {
        return ChainLine.read(line).filter(ChainLine::isIntact).isPresent()
                ? line
                : "{\"damaged\":true}".getBytes(US_ASCII);
    }

    private static Buffer json(String node, ChainReader.Page page) {
        Buffer json = Buffer.buffer("{\"node\":" + Json.write(node) + ",\"events\":[");
        String separator = "";
        for (byte[] line : page.lines()) {
            json.appendString(separator).appendBytes(shown(line));
            separator = ",";
        }
        return json.appendString("],\"next\":" + page.next() + ",\"more\":" + page.more() + '}');
    }
}
