package dev.portcullis.uploads.disk;

import dev.portcullis.protocol.Result;
import dev.portcullis.resilience.WorkerPool;
import dev.portcullis.resilience.WorkerPool.NotRun;
import dev.portcullis.store.StoreFailure;
import dev.portcullis.uploads.disk.ReceiveRefusal.Why;
import dev.portcullis.uploads.ticket.FileId;
import dev.portcullis.uploads.ticket.Upload;
import dev.portcullis.uploads.transfer.TransferConfig;
import dev.portcullis.uploads.transfer.TransferPlace;
import dev.portcullis.uploads.transfer.TransferWatch;
import dev.portcullis.uploads.transfer.TransferWatch.TransferEnd;
import dev.portcullis.uploads.transfer.TransferWatch.TransferRight;
import dev.portcullis.uploads.type.FileHead;
import dev.portcullis.uploads.type.FileType;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.file.AsyncFile;
import io.vertx.core.file.OpenOptions;
import java.util.Optional;
import java.util.concurrent.Callable;

/**
 * Writes the bytes of a client to the disk, as fast as the disk takes them, and keeps the file if it is the one that its ticket
 * names.
 */
public final class FileReceiver {
    private static final String PRIVATE = "rw-------";

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
        return new Arrival(body, upload, type, place, right).begin(config.deadlineMs(upload.size()));
    }

    private static Result<Upload, ReceiveRefusal> refused(Why why) {
        return Result.refused(new ReceiveRefusal(why));
    }

    /** One file that arrives. Runs on one context. */
    private final class Arrival {

        private final IncomingBody body;
        private final Upload upload;
        private final FileId id;
        private final long size;
        private final FileType type;
        private final TransferPlace place;
        private final TransferRight right;
        private final Promise<Result<Upload, ReceiveRefusal>> promise = Promise.promise();
        private final Buffer head = Buffer.buffer();
        private final WriteParts parts = new WriteParts();
        private boolean fits;
        private int unwritten;
        private boolean ended;
        private long received;
        private boolean paused;
        private Optional<TransferWatch> watch = Optional.empty();
        private boolean over;

        Arrival(IncomingBody body, Upload upload, FileType type, TransferPlace place, TransferRight right) {
            this.body = body;
            this.upload = upload;
            this.id = upload.id();
            this.size = upload.size();
            this.type = type;
            this.place = place;
            this.right = right;
        }

        Future<Result<Upload, ReceiveRefusal>> begin(long deadlineMs) {
            OpenOptions options = new OpenOptions()
                    .setRead(false)
                    .setWrite(true)
                    .setCreateNew(true)
                    .setPerms(PRIVATE);
            vertx.fileSystem()
                    .open(folder.incoming(id).toString(), options)
                    .onComplete(file -> read(file, deadlineMs), promise::fail);
            return promise.future();
        }

        private void read(AsyncFile file, long deadlineMs) {
            watch = Optional.of(
                    new TransferWatch(vertx, place, right, deadlineMs, () -> !paused && !ended, why -> end(file, why)));
            file.exceptionHandler(failure -> fail(file, failure));
            body.read(chunk -> take(file, chunk), () -> finish(file), () -> refuse(file, Why.DISCONNECTED));
        }

        private void take(AsyncFile file, Buffer chunk) {
            if (over) {
                return;
            }
            if (right.isOver()) {
                refuse(file, Why.NO_TICKET);
                return;
            }
            received += chunk.length();
            watch.ifPresent(known -> known.moved(chunk.length()));
            if (received > size) {
                refuse(file, Why.TOO_LARGE);
                return;
            }
            if (!fits && !mayFit(chunk)) {
                refuse(file, Why.WRONG_TYPE);
                return;
            }
            parts.add(chunk).ifPresent(part -> write(file, part));
        }

        private void write(AsyncFile file, Buffer part) {
            unwritten++;
            file.write(part).onComplete(any -> written(file), failure -> fail(file, failure));
            if (file.writeQueueFull()) {
                paused = true;
                body.pause();
                file.drainHandler(any -> {
                    paused = false;
                    body.resume();
                });
            }
        }

        private void written(AsyncFile file) {
            unwritten--;
            storeIfWhole(file);
        }

        /** Judges the beginning as soon as it is there, before more of a wrong file is taken. */
        private boolean mayFit(Buffer chunk) {
            int missing = FileHead.MAX_BYTES - head.length();
            head.appendBuffer(chunk, 0, Math.min(missing, chunk.length()));
            if (head.length() < FileHead.MAX_BYTES && received < size) {
                return true;
            }
            fits = type.fits(new FileHead(head.getBytes(), received == head.length() && received == size));
            return fits;
        }

        private void finish(AsyncFile file) {
            if (over) {
                return;
            }
            if (received < size) {
                refuse(file, Why.INCOMPLETE);
                return;
            }
            parts.rest().ifPresent(part -> write(file, part));
            ended = true;
            storeIfWhole(file);
        }

        /** Keeps the file only when the disk has taken each chunk: a write that fails last must not leave a file with a hole. */
        private void storeIfWhole(AsyncFile file) {
            if (over || !ended || unwritten > 0) {
                return;
            }
            if (right.isOver()) {
                refuse(file, Why.NO_TICKET);
                return;
            }
            end();
            file.close()
                    .compose(closed -> workers.run(kept()))
                    .onComplete(
                            result -> complete(result.fold(done -> Result.done(upload), any -> refused(Why.BUSY))),
                            failure -> remove(() -> promise.fail(failure)));
        }

        private void complete(Result<Upload, ReceiveRefusal> result) {
            if (result.isDone()) {
                promise.complete(result);
            } else {
                remove(() -> promise.complete(result));
            }
        }

        private Callable<FileId> kept() {
            return () -> {
                folder.keep(id);
                return id;
            };
        }

        private void end(AsyncFile file, TransferEnd why) {
            switch (why) {
                case TOO_SLOW -> refuse(file, Why.TOO_SLOW);
                case DISPLACED -> refuse(file, Why.DISPLACED);
                case STOPPED -> refuse(file, Why.NO_TICKET);
                case UNKNOWN -> fail(file, new StoreFailure("whether a file may still arrive can't be found out"));
            }
        }

        private void refuse(AsyncFile file, Why why) {
            if (!over) {
                end();
                body.pause();
                close(file, () -> promise.complete(refused(why)));
            }
        }

        private void fail(AsyncFile file, Throwable failure) {
            if (!over) {
                end();
                body.pause();
                close(file, () -> promise.fail(failure));
            }
        }

        private void end() {
            over = true;
            watch.ifPresent(TransferWatch::stop);
        }

        private void close(AsyncFile file, Runnable then) {
            file.close().onComplete(any -> remove(then));
        }

        /** Removes the file. If that fails, it is removed when the row of the upload ends, or at the next start. */
        private void remove(Runnable then) {
            Future<Result<FileId, NotRun>> removed = workers.run(() -> {
                folder.delete(id);
                return id;
            });
            removed.onComplete(any -> then.run());
        }
    }
}
