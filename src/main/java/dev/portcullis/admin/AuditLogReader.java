package dev.portcullis.admin;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.portcullis.audit.EventName;
import dev.portcullis.audit.chain.ChainEvent;
import dev.portcullis.audit.chain.ChainReader;
import dev.portcullis.config.Json;
import dev.portcullis.http.HttpRefusal;
import dev.portcullis.http.routing.ApiRequest;
import dev.portcullis.resilience.WorkerPool;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.Optional;

/**
 * Shows operators the audit file of this node, in pages of a bounded size. The lines are those of the file, with their
 * hashes, so that a reader can check them.
 */
final class AuditLogReader {
    private static final int STANDARD_LIMIT = 100;
    private static final long MOST_BYTES = 262_144;

    /** For a line that someone changed, which need not be JSON. The command {@code audit verify} says more about it. */
    private static final byte[] DAMAGED = "{\"damaged\":true}".getBytes(US_ASCII);

    private final Optional<ChainReader> files;
    private final WorkerPool workers;

    AuditLogReader(Optional<ChainReader> files, WorkerPool workers) {
        this.files = files;
        this.workers = workers;
    }

    boolean isKept() {
        return files.isPresent();
    }

    void bind(OperatorCall.Routes routes) {
        routes.bind(
                "readAudit",
                call -> files.ifPresentOrElse(
                        reader -> read(call, reader), () -> call.request().refuse(HttpRefusal.UNSUPPORTED)));
    }

    private void read(OperatorCall call, ChainReader reader) {
        ApiRequest request = call.request();
        long after = request.numberIn("after").orElse(0L);
        int limit = request.numberIn("limit").orElse((long) STANDARD_LIMIT).intValue();
        call.then(
                workers.run(() -> reader.read(after, limit, MOST_BYTES)),
                result -> result.fold(
                                page -> (Runnable) () -> send(call, reader.chain(), after, page),
                                notRun -> () -> request.refuse(HttpRefusal.UNAVAILABLE))
                        .run());
    }

    private static void send(OperatorCall call, String node, long after, ChainReader.Page page) {
        if (page.lines().stream().anyMatch(AuditLogReader::isNews)) {
            call.record(call.event(EventName.ADMIN_AUDIT_READ)
                    .resource("after:" + after)
                    .messageCount(page.lines().size()));
        }
        call.send(json(node, page));
    }

    /**
     * An operator who polls the log must not find, and cause, new lines that only tell of the polling: such a page is not
     * recorded.
     */
    private static boolean isNews(Optional<byte[]> line) {
        String text = line.map(written -> new String(written, US_ASCII)).orElse("");
        return List.of(EventName.ADMIN_AUDIT_READ.id(), ChainEvent.CHECKPOINT.id()).stream()
                .noneMatch(id -> text.contains("\"event\":\"" + id + '"'));
    }

    private static Buffer json(String node, ChainReader.Page page) {
        Buffer json = Buffer.buffer("{\"node\":" + Json.write(node) + ",\"events\":[");
        String separator = "";
        for (Optional<byte[]> line : page.lines()) {
            json.appendString(separator).appendBytes(line.orElse(DAMAGED));
            separator = ",";
        }
        return json.appendString("],\"next\":" + page.next() + ",\"more\":" + page.more() + '}');
    }
}
