package dev.portcullis.uploads.s3;

import dev.portcullis.http.outgoing.OutgoingAnswer;
import dev.portcullis.http.outgoing.OutgoingHttp;
import dev.portcullis.http.outgoing.OutgoingRequest;
import dev.portcullis.http.outgoing.OutgoingTarget;
import dev.portcullis.store.StoreFailure;
import dev.portcullis.uploads.ticket.FileId;
import dev.portcullis.uploads.ticket.Upload;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** The server's own requests to the store. A failed future means that the store did not answer as it should. */
public final class S3Objects {
    private static final int OK = 200;
    private static final int NO_CONTENT = 204;
    private static final int PARTIAL = 206;
    private static final int NOT_FOUND = 404;
    private static final int PRECONDITION_FAILED = 412;

    /** A store moves a file faster than a client does, but one with slow disks takes minutes for the largest. */
    private static final long COPY_MS = 30_000;

    private static final long COPIED_BYTES_PER_MS = 4_096;

    private final OutgoingHttp http;
    private final OutgoingTarget target;
    private final OutgoingTarget copies;
    private final S3Config config;
    private final S3Urls urls;
    private final Supplier<Instant> clock;

    /**
     * @param target any URL of {@link S3Config#origin()}
     * @param copies the same for copies, which last: they must take no place from other calls, and one that is late says nothing
     *     about those
     */
    public S3Objects(
            OutgoingHttp http,
            OutgoingTarget target,
            OutgoingTarget copies,
            S3Config config,
            S3Urls urls,
            Supplier<Instant> clock) {
        this.http = http;
        this.target = target;
        this.copies = copies.excusedWhile(() -> true);
        this.config = config;
        this.urls = urls;
        this.clock = clock;
    }

    /** An object as the store describes it. */
    private record Stored(long size, String etag) {}

    /**
     * Checks an object that a client has put, and keeps it if it is the file that its ticket names. Each step names the version
     * that the first one saw, so that nothing else is kept than the checked object (CWE-367). May be repeated.
     *
     * @param headBytes how many of the first bytes {@code fits} looks at
     * @param beforeCopy a step that ends before the copy begins; without it there is no copy
     */
    public Future<S3Check> keep(Upload upload, int headBytes, Predicate<byte[]> fits, Supplier<Future<?>> beforeCopy) {
        String pending = S3Urls.pending(upload.id());
        return head(pending).compose(found -> {
            if (found.isEmpty()) {
                return Future.succeededFuture(S3Check.ABSENT);
            }
            if (found.get().size() != upload.size()) {
                return Future.succeededFuture(S3Check.WRONG_SIZE);
            }
            return keep(upload.id(), found.get(), headBytes, fits, beforeCopy);
        });
    }

    /** Whether {@link #keep} has copied the file, also if it did not hear of that. The copy is there as a whole or not at all. */
    public Future<Boolean> isKept(FileId id) {
        return head(S3Urls.kept(id)).map(Optional::isPresent);
    }

    /** Whether a client has put an object that may be checked. */
    public Future<Boolean> isPending(FileId id) {
        return head(S3Urls.pending(id)).map(Optional::isPresent);
    }

    /** Deletes all objects of a file. An absent one needs no deletion. */
    public Future<Void> delete(FileId id) {
        return delete(S3Urls.pending(id)).compose(any -> delete(S3Urls.kept(id)));
    }

    private Future<S3Check> keep(
            FileId id, Stored seen, int headBytes, Predicate<byte[]> fits, Supplier<Future<?>> beforeCopy) {
        return begin(S3Urls.pending(id), seen, headBytes).compose(begin -> {
            if (begin.isEmpty()) {
                return Future.succeededFuture(S3Check.CHANGED);
            }
            if (!fits.test(begin.get().getBytes())) {
                return Future.succeededFuture(S3Check.WRONG_TYPE);
            }
            return beforeCopy
                    .get()
                    .compose(any -> copy(id, seen))
                    .map(copied -> copied ? S3Check.KEPT : S3Check.CHANGED);
        });
    }

    private Future<Optional<Stored>> head(String key) {
        return call(HttpMethod.HEAD, key, Map.of()).map(answer -> switch (answer.status()) {
            case OK -> Optional.of(stored(answer));
            case NOT_FOUND -> Optional.empty();
            default -> throw unexpected(answer);
        });
    }

    /** Empty if it is another version by now. */
    private Future<Optional<Buffer>> begin(String key, Stored seen, int bytes) {
        Map<String, String> headers = Map.of("range", "bytes=0-" + (bytes - 1), "if-match", seen.etag());
        return call(HttpMethod.GET, key, headers).map(answer -> switch (answer.status()) {
            case OK, PARTIAL -> Optional.of(answer.body());
            case NOT_FOUND, PRECONDITION_FAILED -> Optional.empty();
            default -> throw unexpected(answer);
        });
    }

    /**
     * Leaves the headers behind that the client gave the object, which are for those who download it. A copy can fail after
     * the answer has begun with 200; then its body says so.
     */
    private Future<Boolean> copy(FileId id, Stored seen) {
        String source = UriEncoding.path("/" + config.bucket() + "/" + S3Urls.pending(id));
        Map<String, String> headers = Map.of(
                "x-amz-copy-source",
                source,
                "x-amz-copy-source-if-match",
                seen.etag(),
                "x-amz-metadata-directive",
                "REPLACE",
                "content-type",
                "application/octet-stream"); // each URL for a download names the type
        OutgoingRequest request =
                request(HttpMethod.PUT, S3Urls.kept(id), headers).within(COPY_MS + seen.size() / COPIED_BYTES_PER_MS);
        return send(copies, S3Urls.kept(id), request).map(answer -> switch (answer.status()) {
            case OK -> {
                if (!answer.body().toString().contains("CopyObjectResult")) {
                    throw new StoreFailure("the file store could not copy a file");
                }
                yield true;
            }
            case NOT_FOUND, PRECONDITION_FAILED -> false;
            default -> throw unexpected(answer);
        });
    }

    private Future<Void> delete(String key) {
        return call(HttpMethod.DELETE, key, Map.of())
                .map(answer -> switch (answer.status()) {
                    case OK, NO_CONTENT, NOT_FOUND -> key;
                    default -> throw unexpected(answer);
                })
                .mapEmpty();
    }

    private Future<OutgoingAnswer> call(HttpMethod method, String key, Map<String, String> more) {
        return send(target, key, request(method, key, more));
    }

    /** All requests may arrive twice. */
    private OutgoingRequest request(HttpMethod method, String key, Map<String, String> more) {
        Map<String, String> headers = new HashMap<>(urls.sign(method.name(), key, more, clock.get()));
        headers.remove("host"); // which the call sets by itself
        OutgoingRequest request = new OutgoingRequest(method, headers, Buffer.buffer(), true);
        return method.equals(HttpMethod.DELETE) ? request.forStatus() : request;
    }

    private Future<OutgoingAnswer> send(OutgoingTarget to, String key, OutgoingRequest request) {
        return http.send(to.at(config.path(key)), request)
                .compose(result -> result.fold(
                        Future::succeededFuture,
                        why -> Future.failedFuture(new StoreFailure("the file store gives no answer: " + why))));
    }

    private static Stored stored(OutgoingAnswer answer) {
        String etag = answer.headers().get("etag");
        String length = answer.headers().get("content-length");
        if (etag == null || length == null) {
            throw unexpected(answer);
        }
        try {
            return new Stored(Long.parseLong(length.trim()), etag);
        } catch (NumberFormatException malformed) {
            throw unexpected(answer);
        }
    }

    private static StoreFailure unexpected(OutgoingAnswer answer) {
        return new StoreFailure("the file store answers " + answer.status());
    }

    /** The result of checking an object that a client has put. */
    public enum S3Check {
        /** The object is the file that its ticket names, and was copied to where clients can't write. */
        KEPT,
        /** It is not there yet. */
        ABSENT,
        WRONG_SIZE,
        WRONG_TYPE,
        /** It was replaced while it was looked at. */
        CHANGED
    }
}
