package dev.portcullis.uploads.disk;

import dev.portcullis.uploads.ticket.FileId;
import dev.portcullis.uploads.ticket.Upload;
import dev.portcullis.uploads.transfer.TransferConfig;
import dev.portcullis.uploads.transfer.TransferPlace;
import dev.portcullis.uploads.transfer.TransferWatch;
import dev.portcullis.uploads.transfer.TransferWatch.TransferEnd;
import dev.portcullis.uploads.transfer.TransferWatch.TransferRight;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.file.AsyncFile;
import io.vertx.core.file.OpenOptions;
import io.vertx.core.streams.Pipe;
import io.vertx.core.streams.WriteStream;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** Sends a file as fast as its reader takes it, for as long as they may have it. */
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
     * Sends the file, ends the response and closes the file. Call it on the context of the response. Empty if all was sent;
     * otherwise the caller closes its connection, since part of the file is missing. Fails if the connection does before that:
     * a client knows the size, and may close its connection as soon as it has the last byte, before the response has ended.
     */
    public Future<Optional<TransferEnd>> send(
            AsyncFile file, Upload upload, WriteStream<Buffer> to, TransferPlace place, TransferRight right) {
        Promise<Optional<TransferEnd>> promise = Promise.promise();
        Pipe<Buffer> pipe = file.pipe().endOnFailure(false);
        TakenBytes taken = new TakenBytes(to);
        AtomicReference<@Nullable TransferEnd> ended = new AtomicReference<>();
        TransferWatch watch =
                new TransferWatch(vertx, place, right, config.deadlineMs(upload.size()), taken::isWaiting, why -> {
                    if (ended.compareAndSet(null, why)) {
                        pipe.close(); // takes its handlers from the file, and lets it read on
                        file.exceptionHandler(closedWhileReading -> {});
                        promise.tryComplete(Optional.of(why));
                    }
                });
        taken.onTaken(watch::moved);
        pipe.to(taken).onComplete(sent -> promise.tryComplete(Optional.ofNullable(ended.get())), failure -> {
            if (ended.get() != null) {
                return; // told above, once the pipe has ended: a file that is closed before makes it throw
            }
            if (taken.all() >= upload.size()) {
                promise.tryComplete(Optional.empty());
            } else {
                promise.tryFail(failure);
            }
        });
        return promise.future()
                .onComplete(any -> watch.stop())
                .eventually(() -> file.close().otherwiseEmpty());
    }

    /** Counts what the kernel has taken of the bytes that were written to a stream: a queue in this process takes all it is given. */
    private static final class TakenBytes implements WriteStream<Buffer> {
        private final WriteStream<Buffer> to;
        private LongConsumer onTaken = bytes -> {};
        private long waiting;
        private long all;

        TakenBytes(WriteStream<Buffer> to) {
            this.to = to;
        }

        void onTaken(LongConsumer then) {
            onTaken = then;
        }

        boolean isWaiting() {
            return waiting > 0;
        }

        long all() {
            return all;
        }

        @Override
        public Future<Void> write(Buffer data) {
            int length = data.length();
            waiting += length;
            return to.write(data).onSuccess(taken -> {
                waiting -= length;
                all += length;
                onTaken.accept(length);
            });
        }

        @Override
        public Future<Void> end() {
            return to.end();
        }

        @Override
        public boolean writeQueueFull() {
            return to.writeQueueFull();
        }

        @Override
        public TakenBytes exceptionHandler(@Nullable Handler<Throwable> handler) {
            to.exceptionHandler(handler);
            return this;
        }

        @Override
        public TakenBytes setWriteQueueMaxSize(int maxSize) {
            to.setWriteQueueMaxSize(maxSize);
            return this;
        }

        @Override
        public TakenBytes drainHandler(@Nullable Handler<Void> handler) {
            to.drainHandler(handler);
            return this;
        }
    }
}
