package dev.portcullis.store.redis;

import dev.portcullis.audit.LogThrottle;
import dev.portcullis.config.HostPort;
import dev.portcullis.store.StoreOpenException;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells the log what is wrong with Redis, each kind of trouble once in ten seconds: an outage fails every call. */
final class RedisLog {
    private static final Logger LOG = LoggerFactory.getLogger(RedisStore.class);

    private final LongSupplier nanos;
    private volatile boolean opened;
    private final Map<String, LogThrottle> throttles = new ConcurrentHashMap<>();

    RedisLog(LongSupplier nanos) {
        this.nanos = nanos;
    }

    /** A call failed. */
    void about(Script script, RedisError error, Throwable broken) {
        suppressed(error.name())
                .ifPresent(suppressed -> LOG.atWarn()
                        .addKeyValue("event", "store.call.failed")
                        .addKeyValue("script", script.name())
                        .addKeyValue("reason", error.name())
                        .addKeyValue("line", RedisError.line(broken).orElse("-"))
                        .addKeyValue("suppressed", suppressed)
                        .log("a call to Redis failed"));
    }

    /** A connection that worked is gone. */
    void about(HostPort server, String why) {
        suppressed("disconnected")
                .ifPresent(suppressed -> LOG.atWarn()
                        .addKeyValue("event", "store.disconnected")
                        .addKeyValue("server", server.toString())
                        .addKeyValue("reason", why)
                        .addKeyValue("suppressed", suppressed)
                        .log("a connection to Redis is lost"));
    }

    /** The store is open. Why it can't be opened is told by who opens it. */
    void opened() {
        opened = true;
    }

    /** A server can't be reached, or not be used. */
    void about(StoreOpenException unopened) {
        if (!opened) {
            return;
        }
        suppressed("unreached")
                .ifPresent(suppressed -> LOG.atWarn()
                        .addKeyValue("event", "store.connect.failed")
                        .addKeyValue("cause", unopened.getMessage())
                        .addKeyValue("suppressed", suppressed)
                        .log("no connection to Redis"));
    }

    private OptionalLong suppressed(String kind) {
        return throttles.computeIfAbsent(kind, any -> new LogThrottle(nanos)).suppressed();
    }
}
