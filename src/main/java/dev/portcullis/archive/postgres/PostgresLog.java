package dev.portcullis.archive.postgres;

import dev.portcullis.audit.LogThrottle;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.slf4j.Logger;

/** Logs failures of the archive, each kind once in ten seconds, since an outage fails every call. */
final class PostgresLog {
    private final Logger log;
    private final LongSupplier nanos;
    private final Map<String, LogThrottle> throttles = new ConcurrentHashMap<>();

    PostgresLog(Logger log, LongSupplier nanos) {
        this.log = log;
        this.nanos = nanos;
    }

    void callFailed(String call, SqlFailure why) {
        suppressed(why.state())
                .ifPresent(suppressed -> log.atWarn()
                        .addKeyValue("event", "archive.call.failed")
                        .addKeyValue("call", call)
                        .addKeyValue("reason", why.state())
                        .addKeyValue("suppressed", suppressed)
                        .log("a call to the archive failed"));
    }

    /** @param line why the archive can't be used, in the words of an operator */
    void refused(String line) {
        suppressed("refused")
                .ifPresent(suppressed -> log.atError()
                        .addKeyValue("event", "archive.refused")
                        .addKeyValue("cause", line)
                        .addKeyValue("suppressed", suppressed)
                        .log("the archive can't be used"));
    }

    void superseded(String stream, int entries) {
        log.atWarn()
                .addKeyValue("event", "archive.entries.superseded")
                .addKeyValue("stream", stream)
                .addKeyValue("entries", entries)
                .log("the store has lost entries which the archive has");
    }

    private OptionalLong suppressed(String kind) {
        return throttles.computeIfAbsent(kind, any -> new LogThrottle(nanos)).suppressed();
    }
}
