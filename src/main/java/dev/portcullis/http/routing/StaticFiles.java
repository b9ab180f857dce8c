package dev.portcullis.http.routing;

import dev.portcullis.config.crypto.Sha256;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Files that were read at the start, by the path of their request. There is no directory that a path could leave
 * (CWE-22), and no file that changes while it is served.
 */
public final class StaticFiles {
    private static final int NOT_MODIFIED = 304;
    private static final int OK = 200;

    private final Map<String, File> byPath;

    /** @param etag strong: other bytes have another one (RFC 9110 section 8.8.3) */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record File(String contentType, byte[] bytes, String etag) {}

    private StaticFiles(Map<String, File> byPath) {
        this.byPath = byPath;
    }

    public static Builder builder() {
        return new Builder();
    }

    /** Collects the files. */
    public static final class Builder {
        private final Map<String, File> files = new HashMap<>();

        private Builder() {}

        public Builder add(String path, String contentType, byte[] bytes) {
            String digest = Base64.getUrlEncoder()
                    .withoutPadding()
                    .encodeToString(Sha256.begin().digest(bytes));
            files.put(path, new File(contentType, bytes.clone(), '"' + digest + '"'));
            return this;
        }

        public Builder add(String path, String contentType, String text) {
            return add(path, contentType, text.getBytes(StandardCharsets.UTF_8));
        }

        public StaticFiles build() {
            return new StaticFiles(Map.copyOf(files));
        }
    }

    boolean has(String path) {
        return byPath.containsKey(path);
    }

    void send(ApiRequest request) {
        File file = Objects.requireNonNull(byPath.get(request.http().path()));
        // A cache asks each time, so no client goes on with the files of an earlier release (RFC 9111 section 5.2.2.4).
        request.http()
                .response()
                .putHeader(HttpHeaders.ETAG, file.etag())
                .putHeader(HttpHeaders.CACHE_CONTROL, "no-cache");
        if (isKnown(request.http(), file)) {
            var unused = request.send(NOT_MODIFIED);
        } else {
            var unused = request.send(OK, file.contentType(), Buffer.buffer(file.bytes()));
        }
    }

    /** RFC 9110 section 13.1.2: {@code If-None-Match} compares weakly. */
    private static boolean isKnown(HttpServerRequest request, File file) {
        List<String> lines = request.headers().getAll(HttpHeaders.IF_NONE_MATCH);
        return !lines.isEmpty()
                && lines.stream()
                        .flatMap(line -> Arrays.stream(line.split(",")))
                        .map(String::strip)
                        .anyMatch(each ->
                                each.equals("*") || each.equals(file.etag()) || each.equals("W/" + file.etag()));
    }
}
