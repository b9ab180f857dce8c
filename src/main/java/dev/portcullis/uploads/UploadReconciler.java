package dev.portcullis.uploads;

import dev.portcullis.resilience.ChunkedCalls;
import dev.portcullis.uploads.disk.DiskFolder;
import dev.portcullis.uploads.disk.DiskQuota;
import dev.portcullis.uploads.ticket.FileId;
import dev.portcullis.uploads.ticket.Upload;
import dev.portcullis.uploads.ticket.UploadStore;
import dev.portcullis.uploads.ticket.UploadStore.Page;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Makes rows and files agree after a crash: a file without a row is deleted, a kept row without a file ends. An upload that was
 * on its way when the process ended is due by itself.
 */
final class UploadReconciler {
    private static final int PART = 500;

    private final UploadStore store;
    private final DiskFolder folder;
    private final DiskQuota quota;
    private final FileEnder ender;
    private final DiskThreads disk;

    UploadReconciler(UploadStore store, DiskFolder folder, DiskQuota quota, FileEnder ender, DiskThreads disk) {
        this.store = store;
        this.folder = folder;
        this.quota = quota;
        this.ender = ender;
        this.disk = disk;
    }

    /**
     * Counts the bytes of all rows whose tickets were used, and ends those whose file is lost. Nothing else may change rows
     * meanwhile.
     */
    Future<Void> countRows() {
        return countPages("", new HashSet<>());
    }

    /**
     * Deletes files that no row knows. A file gets its place while its row is there, and goes before it: so this may run beside
     * uploads.
     */
    Future<Void> removeOrphans() {
        return removeOrphansOf(0);
    }

    /** Part by part, so that the ids of all files are never in memory at a time. */
    private Future<Void> removeOrphansOf(int part) {
        return part == DiskFolder.PARTS
                ? Future.succeededFuture()
                : disk.run(() -> {
                            List<FileId> found = new ArrayList<>();
                            folder.visit(part, found::add);
                            return found;
                        })
                        .compose(found -> ChunkedCalls.run(found, 1, this::removeOrphan))
                        .compose(any -> removeOrphansOf(part + 1));
    }

    /** A page may have a row that another had. */
    private Future<Void> countPages(String from, Set<FileId> counted) {
        return store.page(from, PART).compose(page -> {
            page.found().stream()
                    .filter(upload -> upload.state().isOnDisk() && counted.add(upload.id()))
                    .forEach(upload -> quota.countKnown(upload.size()));
            Future<Void> ended = endLost(page);
            return page.next().isEmpty() ? ended : ended.compose(any -> countPages(page.next(), counted));
        });
    }

    private Future<Void> endLost(Page<Upload> page) {
        List<FileId> kept = page.found().stream()
                .filter(upload -> upload.state().hasFile())
                .map(Upload::id)
                .toList();
        if (kept.isEmpty()) {
            return Future.succeededFuture();
        }
        return disk.run(() -> kept.stream().filter(id -> !folder.has(id)).toList())
                .compose(lost -> ChunkedCalls.run(lost, 1, ender::end))
                .mapEmpty();
    }

    private Future<FileId> removeOrphan(FileId id) {
        return store.find(id)
                .compose(row -> row.isPresent()
                        ? Future.succeededFuture(id)
                        : disk.run(() -> {
                            folder.delete(id);
                            return id;
                        }));
    }
}
