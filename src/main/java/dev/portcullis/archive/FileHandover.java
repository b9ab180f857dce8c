package dev.portcullis.archive;

import dev.portcullis.resilience.ChunkedCalls;
import dev.portcullis.store.rows.RowStore;
import dev.portcullis.streams.RemovedFile;
import dev.portcullis.streams.RemovedFiles;
import io.vertx.core.Future;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Takes the files that an archive has noted to the lanes of their streams, where they end. It writes first and has the archive
 * forget then, so a node that is killed between does it again. There is one for each node; it is used on its own context only.
 */
final class FileHandover {
    static final int FILES_AT_ONCE = 200;

    private final ArchiveStore archive;
    private final RowStore rows;
    private boolean running;

    FileHandover(ArchiveStore archive, RowStore rows) {
        this.archive = archive;
        this.rows = rows;
    }

    /** Hands over some files. Returns whether there may be more. Does nothing while another run does. */
    Future<Boolean> run() {
        if (running) {
            return Future.succeededFuture(false);
        }
        running = true;
        return archive.removedFiles(FILES_AT_ONCE)
                .compose(files -> files.isEmpty() ? Future.succeededFuture(false) : handOver(files))
                .onComplete(any -> running = false);
    }

    private Future<Boolean> handOver(List<RemovedFile> files) {
        Map<Integer, List<RemovedFile>> lanes = files.stream()
                .collect(Collectors.groupingBy(file -> file.stream().lane()));
        return ChunkedCalls.run(
                        List.copyOf(lanes.entrySet()),
                        lane -> rows.write(lane.getKey(), RemovedFiles.writes(lane.getValue())))
                .compose(any -> archive.filesTaken(files))
                .map(any -> files.size() == FILES_AT_ONCE);
    }
}
