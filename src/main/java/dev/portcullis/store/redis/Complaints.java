package dev.portcullis.store.redis;

import dev.portcullis.config.HostPort;
import dev.portcullis.store.StoreUnopened;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells the log what is wrong with Redis, each kind of trouble once in ten seconds: an outage fails every call. */
final class Complaints {
    private static final Logger LOG = LoggerFactory.getLogger(RedisStore.class);
    private static final long QUIET_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final LongSupplier nanos;
    private volatile boolean opened;
    private final Map<String, Silence> silences = new HashMap<>();

    Complaints(LongSupplier nanos) {
        this.nanos = nanos;
    }

    /** A call failed. */
    void about(Script script, Trouble trouble, Throwable broken) {
        long unsaid = unsaid(trouble.name());
        if (unsaid >= 0) {
            LOG.atWarn()
                    .addKeyValue("event", "store.call.failed")
                    .addKeyValue("script", script.name())
                    .addKeyValue("reason", trouble.name())
                    .addKeyValue("line", Trouble.line(broken).orElse("-"))
                    .addKeyValue("unsaid", unsaid)
                    .log("a call to Redis failed");
        }
    }

    /** A connection that worked is gone. */
    void about(HostPort server, String why) {
        long unsaid = unsaid("disconnected");
        if (unsaid >= 0) {
            LOG.atWarn()
                    .addKeyValue("event", "store.disconnected")
                    .addKeyValue("server", server.toString())
                    .addKeyValue("reason", why)
                    .addKeyValue("unsaid", unsaid)
                    .log("a connection to Redis is lost");
        }
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
        long unsaid = unsaid("unreached");
        if (unsaid >= 0) {
            LOG.atWarn()
                    .addKeyValue("event", "store.unreached")
                    .addKeyValue("cause", unopened.getMessage())
                    .addKeyValue("unsaid", unsaid)
                    .log("no connection to Redis");
        }
    }

    /** How many of its kind went unsaid since the last; negative where this one does too. */
    private synchronized long unsaid(String kind) {
        long now = nanos.getAsLong();
        Silence silence = silences.get(kind);
        if (silence != null && now - silence.since < QUIET_NANOS) {
            silence.unsaid++;
            return -1;
        }
        silences.put(kind, new Silence(now));
        return silence == null ? 0 : silence.unsaid;
    }

    /** Since one of a kind was last told of. */
    private static final class Silence {
        private final long since;
        private long unsaid;

        private Silence(long since) {
            this.since = since;
        }
    }
}
