package dev.portcullis.uploads.disk;

import dev.portcullis.protocol.Result;
import dev.portcullis.resilience.WorkerPool;
import dev.portcullis.uploads.ticket.Upload;
import dev.portcullis.uploads.transfer.TransferConfig;
import dev.portcullis.uploads.transfer.TransferPlace;
import dev.portcullis.uploads.transfer.TransferRight;
import dev.portcullis.uploads.type.FileType;
import io.vertx.core.Future;
import io.vertx.core.Vertx;

/**
 * Writes the bytes of a client to the disk, as fast as the disk takes them, and keeps the file if it is the one that its ticket
 * names.
 */
public final class FileReceiver {
    private final Vertx vertx;
    private final DiskFolder folder;
    private final WorkerPool workers;
    private final TransferConfig config;

    /** @param workers threads that give files their place; their queue bounds how many wait for the disk */
    public FileReceiver(Vertx vertx, DiskFolder folder, WorkerPool workers, TransferConfig config) {
        this.vertx = vertx;
        this.folder = folder;
        this.workers = workers;
        this.config = config;
    }

    /**
     * Call it on the context of the body. After a refusal the body may have more to come, which is not read: the caller closes
     * the connection. Fails if the disk does, or if it can't be found out for long whether the sender may go on; then too
     * nothing is left.
     */
    public Future<Result<Upload, ReceiveRefusal>> receive(
            IncomingBody body, Upload upload, FileType type, TransferPlace place, TransferRight right) {
        return new IncomingFile(vertx, folder, workers, body, upload, type, place, right)
                .begin(config.deadlineMs(upload.size()));
    }
}
