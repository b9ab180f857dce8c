package dev.portcullis.store.redis;

import dev.portcullis.audit.LogThrottle;
import dev.portcullis.config.HostPort;
import dev.portcullis.store.StoreOpenException;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.event.Level;

/** Logs failures of Redis, each kind once in ten seconds, since an outage fails every call. */
final class RedisLog {
    private final Logger log;
    private final LongSupplier nanos;
    private volatile boolean opened;
    private final Map<String, LogThrottle> throttles = new ConcurrentHashMap<>();

    RedisLog(Logger log, LongSupplier nanos) {
        this.log = log;
        this.nanos = nanos;
    }

    void callFailed(Script script, RedisError error, Throwable failure) {
        suppressed(error.name())
                .ifPresent(suppressed -> log.atWarn()
                        .addKeyValue("event", "store.call.failed")
                        .addKeyValue("script", script.name())
                        .addKeyValue("reason", error.name())
                        .addKeyValue("line", RedisError.line(failure).orElse("-"))
                        .addKeyValue("suppressed", suppressed)
                        .log("a call to Redis failed"));
    }

    /** Says once at a start what an ack is worth. A setting that does not do what it is for is a warning. */
    void acks(AckSafety safety, boolean awaited) {
        boolean asWanted = !awaited || safety.worth() == AckSafety.Worth.HOLDS;
        log.atLevel(asWanted ? Level.INFO : Level.WARN)
                .addKeyValue("event", "store.acks")
                .addKeyValue("worth", safety.worth().id())
                .addKeyValue(
                        "risks", safety.risks().stream().map(AckSafety.Risk::id).collect(Collectors.joining(" ")))
                .log(safety.worth().sentence());
    }

    void fewReplicas(HostPort master, int count, int wanted) {
        suppressed("replicas")
                .ifPresent(suppressed -> log.atError()
                        .addKeyValue("event", "store.replicas.few")
                        .addKeyValue("server", master.toString())
                        .addKeyValue("replicas", count)
                        .addKeyValue("wanted", wanted)
                        .addKeyValue("suppressed", suppressed)
                        .log("too few replicas of Redis have what was written: messages are refused until they do"));
    }

    void disconnected(HostPort server, String reason) {
        suppressed("disconnected")
                .ifPresent(suppressed -> log.atWarn()
                        .addKeyValue("event", "store.disconnected")
                        .addKeyValue("server", server.toString())
                        .addKeyValue("reason", reason)
                        .addKeyValue("suppressed", suppressed)
                        .log("a connection to Redis is lost"));
    }

    /** Logs failures to connect from now on. Before, the caller that opens the store reports them. */
    void opened() {
        opened = true;
    }

    void connectFailed(StoreOpenException failure) {
        if (!opened) {
            return;
        }
        suppressed("unreached")
                .ifPresent(suppressed -> log.atWarn()
                        .addKeyValue("event", "store.connect.failed")
                        .addKeyValue("cause", failure.getMessage())
                        .addKeyValue("suppressed", suppressed)
                        .log("no connection to Redis"));
    }

    private OptionalLong suppressed(String kind) {
        return throttles.computeIfAbsent(kind, any -> new LogThrottle(nanos)).suppressed();
    }
}
