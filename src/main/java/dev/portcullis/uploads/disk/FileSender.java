package dev.portcullis.uploads.disk;

import dev.portcullis.uploads.ticket.FileId;
import dev.portcullis.uploads.ticket.Upload;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.file.AsyncFile;
import io.vertx.core.file.OpenOptions;
import io.vertx.core.streams.Pipe;
import io.vertx.core.streams.WriteStream;

/** Sends a file as fast as its reader takes it, within a deadline. */
public final class FileSender {
    private final Vertx vertx;
    private final DiskFolder folder;
    private final TransferConfig config;

    public FileSender(Vertx vertx, DiskFolder folder, TransferConfig config) {
        this.vertx = vertx;
        this.folder = folder;
        this.config = config;
    }

    /** Opens a file, before the caller promises its bytes in headers. Fails if it can't be read. */
    public Future<AsyncFile> open(FileId id) {
        return vertx.fileSystem()
                .open(
                        folder.kept(id).toString(),
                        new OpenOptions().setWrite(false).setCreate(false));
    }

    /**
     * Sends the file, ends the response and closes the file. False if the reader was too slow: then the caller closes its
     * connection, since part of the file is missing. Fails if the connection does.
     */
    public Future<Boolean> send(AsyncFile file, Upload upload, WriteStream<Buffer> to) {
        Promise<Boolean> promise = Promise.promise();
        Pipe<Buffer> pipe = file.pipe().endOnFailure(false);
        long timer = vertx.setTimer(config.deadlineMs(upload.size()), late -> {
            if (promise.tryComplete(false)) {
                pipe.close();
            }
        });
        pipe.to(to).onComplete(sent -> promise.tryComplete(true), promise::tryFail);
        return promise.future()
                .onComplete(any -> vertx.cancelTimer(timer))
                .eventually(() -> file.close().otherwiseEmpty());
    }
}
