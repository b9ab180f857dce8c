package dev.portcullis.ratelimit.reputation;

import dev.portcullis.http.IpAddress;
import dev.portcullis.resilience.WorkerPool;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Addresses on lists in files, which are looked at off the event loops. A look-up takes memory only. */
final class ListedFiles {
    private static final Logger LOG = LoggerFactory.getLogger(ListedFiles.class);

    private final Vertx vertx;
    private final WorkerPool workers;
    private final List<ListFile> files;
    private final Map<Path, String> troubles = new ConcurrentHashMap<>();
    private long timer;
    private boolean closed;

    ListedFiles(Vertx vertx, WorkerPool workers, ReputationConfig config) {
        this.vertx = vertx;
        this.workers = workers;
        this.files = config.files().stream()
                .map(path -> new ListFile(path, config.fileBytes(), config.entries(), ListedFiles::log))
                .toList();
    }

    boolean contains(IpAddress address) {
        for (ListFile file : files) {
            if (file.table().contains(address)) {
                return true;
            }
        }
        return false;
    }

    /** Ranges, after those that touch were put together. */
    int size() {
        return files.stream().mapToInt(file -> file.table().size()).sum();
    }

    /** The files that can't be used as they are now. */
    int unusable() {
        return troubles.size();
    }

    /** Lines of the lists in force that are no entries. */
    int skipped() {
        return files.stream().mapToInt(ListFile::skipped).sum();
    }

    /** Completes when each file was read once: before, listed clients could come in. */
    Future<Void> open(long reloadMs) {
        return refresh().onComplete(any -> schedule(reloadMs)).mapEmpty();
    }

    private synchronized void schedule(long reloadMs) {
        if (!closed) {
            timer = vertx.setTimer(reloadMs, any -> refresh().onComplete(done -> schedule(reloadMs)));
        }
    }

    synchronized void close() {
        closed = true;
        vertx.cancelTimer(timer);
    }

    /** One at a time, as the next one is due only after it. */
    private Future<?> refresh() {
        return workers.run(() -> {
            files.forEach(file -> report(file, file.refresh()));
            return files.size();
        });
    }

    private static void log(ListFile.Skipped skipped) {
        LOG.atWarn()
                .addKeyValue("event", "reputation.file.lines")
                .addKeyValue("file", skipped.path().toString())
                .addKeyValue("count", skipped.lines())
                .addKeyValue("line", skipped.first())
                .log("a list of addresses has lines without an address or range; the others are in force");
    }

    /** Logs a trouble once while it stays the same, and its end. */
    private void report(ListFile file, Optional<String> trouble) {
        String before = trouble.isPresent() ? troubles.put(file.path(), trouble.get()) : troubles.remove(file.path());
        if (trouble.isPresent() && !trouble.get().equals(before)) {
            LOG.atWarn()
                    .addKeyValue("event", "reputation.file.failed")
                    .addKeyValue("file", file.path().toString())
                    .addKeyValue("cause", trouble.get())
                    .addKeyValue("ranges", file.table().size())
                    .log(
                            file.wasRead()
                                    ? "a list of addresses can't be used, the last good one stays in force"
                                    : "a list of addresses can't be used and never could: it refuses no client");
        } else if (trouble.isEmpty() && before != null) {
            LOG.atInfo()
                    .addKeyValue("event", "reputation.file.read")
                    .addKeyValue("file", file.path().toString())
                    .log("a list of addresses can be used again");
        }
    }
}
