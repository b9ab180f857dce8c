package dev.portcullis.store.redis;

import dev.portcullis.audit.LogThrottle;
import dev.portcullis.config.HostPort;
import dev.portcullis.store.StoreUnopened;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells the log what is wrong with Redis, each kind of trouble once in ten seconds: an outage fails every call. */
final class Complaints {
    private static final Logger LOG = LoggerFactory.getLogger(RedisStore.class);

    private final LongSupplier nanos;
    private volatile boolean opened;
    private final Map<String, LogThrottle> throttles = new ConcurrentHashMap<>();

    Complaints(LongSupplier nanos) {
        this.nanos = nanos;
    }

    /** A call failed. */
    void about(Script script, Trouble trouble, Throwable broken) {
        suppressed(trouble.name())
                .ifPresent(suppressed -> LOG.atWarn()
                        .addKeyValue("event", "store.call.failed")
                        .addKeyValue("script", script.name())
                        .addKeyValue("reason", trouble.name())
                        .addKeyValue("line", Trouble.line(broken).orElse("-"))
                        .addKeyValue("unsaid", suppressed)
                        .log("a call to Redis failed"));
    }

    /** A connection that worked is gone. */
    void about(HostPort server, String why) {
        suppressed("disconnected")
                .ifPresent(suppressed -> LOG.atWarn()
                        .addKeyValue("event", "store.disconnected")
                        .addKeyValue("server", server.toString())
                        .addKeyValue("reason", why)
                        .addKeyValue("unsaid", suppressed)
                        .log("a connection to Redis is lost"));
    }

    /** The store is open. Why it can't be opened is told by who opens it. */
    void opened() {
        opened = true;
    }

    /** A server can't be reached, or not be used. */
    void about(StoreUnopened unopened) {
        if (!opened) {
            return;
        }
        suppressed("unreached")
                .ifPresent(suppressed -> LOG.atWarn()
                        .addKeyValue("event", "store.unreached")
                        .addKeyValue("cause", unopened.getMessage())
                        .addKeyValue("unsaid", suppressed)
                        .log("no connection to Redis"));
    }

    private OptionalLong suppressed(String kind) {
        return throttles.computeIfAbsent(kind, any -> new LogThrottle(nanos)).suppressed();
    }
}
