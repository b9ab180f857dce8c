package dev.portcullis.archive;

import dev.portcullis.streams.RetentionConfig;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.StreamRetention;
import dev.portcullis.streams.holds.HoldReader;
import dev.portcullis.streams.unarchived.ArchiveSource;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Removes from the archive what is beyond the retention of its stream. Where the configuration is another one than that by which
 * the streams have theirs, it first gives it to all of them, once. There is one for each node; it is used on its own context
 * only.
 */
final class RetentionSweep {
    static final int STREAMS_AT_ONCE = 500;

    private final ArchiveStore archive;
    private final ArchiveSource source;
    private final HoldReader holds;
    private final Supplier<RetentionConfig> config;
    private String applied = "";
    private boolean running;

    /** @param source tells the time by which the entries were stored */
    RetentionSweep(ArchiveStore archive, ArchiveSource source, HoldReader holds, Supplier<RetentionConfig> config) {
        this.archive = archive;
        this.source = source;
        this.holds = holds;
        this.config = config;
    }

    /** Returns how many entries were removed. Does nothing while another run does. */
    Future<Long> run() {
        if (running) {
            return Future.succeededFuture(0L);
        }
        running = true;
        return source.now()
                .compose(now -> apply(config.get(), now).compose(any -> archive.expire(now, holds)))
                .onComplete(any -> running = false);
    }

    /** The archive was away, and may have been restored to a state before the configuration that it had. */
    void forgetApplied() {
        applied = "";
    }

    private Future<?> apply(RetentionConfig wanted, long now) {
        String name = String.join("\n", wanted.parts());
        if (name.equals(applied)) {
            return Future.succeededFuture();
        }
        return archive.applied()
                .compose(known -> known.equals(name) ? Future.succeededFuture() : applyToAll(wanted, name, now))
                .onSuccess(any -> applied = name);
    }

    private Future<Void> applyToAll(RetentionConfig wanted, String name, long now) {
        Promise<Void> done = Promise.promise();
        apply(wanted, now, Optional.empty(), done);
        return done.future().compose(any -> archive.applied(name));
    }

    /** Goes from page to page. A chain of as many composed futures would end in a stack overflow. */
    private void apply(RetentionConfig wanted, long now, Optional<StreamName> after, Promise<Void> done) {
        archive.retained(after, STREAMS_AT_ONCE)
                .compose(page -> retain(wanted, now, page).map(page))
                .onFailure(done::fail)
                .onSuccess(page -> {
                    if (page.size() < STREAMS_AT_ONCE) {
                        done.complete();
                    } else {
                        apply(wanted, now, page.keySet().stream().reduce((before, last) -> last), done);
                    }
                });
    }

    /** One after the other: the archive has other calls to answer. */
    private Future<Void> retain(RetentionConfig wanted, long now, Map<StreamName, StreamRetention> page) {
        Future<Void> all = Future.succeededFuture();
        for (Map.Entry<StreamName, StreamRetention> each : page.entrySet()) {
            StreamRetention next = wanted.of(each.getKey(), each.getValue().own());
            if (!next.equals(each.getValue())) {
                all = all.compose(any -> archive.retain(each.getKey(), next, 0, now));
            }
        }
        return all;
    }
}
