package dev.portcullis.http.routing;

import dev.portcullis.config.crypto.Base64Url;
import dev.portcullis.config.crypto.Sha256;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * Files that were read at the start, by the path of their request. There is no directory that a path could leave
 * (CWE-22), and no file that changes while it is served.
 */
public final class StaticFiles {
    private static final String HTML = "text/html; charset=utf-8";
    private static final String PLAIN = "text/plain; charset=utf-8";
    private static final Map<String, String> TYPES = Map.of(
            "html", HTML,
            "css", "text/css; charset=utf-8",
            "js", "text/javascript; charset=utf-8",
            "json", "application/json",
            "svg", "image/svg+xml",
            "png", "image/png",
            "md", "text/markdown; charset=utf-8", // RFC 7763
            "ts", PLAIN,
            "txt", PLAIN);
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
            String digest = Base64Url.encode(Sha256.begin().digest(bytes));
            files.put(path, new File(contentType, bytes.clone(), '"' + digest + '"'));
            return this;
        }

        public Builder add(String path, String contentType, String text) {
            return add(path, contentType, text.getBytes(StandardCharsets.UTF_8));
        }

        /**
         * Adds a file of this build. An HTML file may load what its own origin serves.
         *
         * @param resource its location on the class path
         * @throws IllegalStateException if the build lacks it
         */
        public Builder resource(String path, String resource) {
            String type = TYPES.get(resource.substring(resource.lastIndexOf('.') + 1));
            try (InputStream in = StaticFiles.class.getResourceAsStream(resource)) {
                if (in == null || type == null) {
                    throw new IllegalStateException("the build lacks " + resource + ", or its type is unknown");
                }
                return add(path, type, in.readAllBytes());
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            }
        }

        /** Adds files of one folder of this build under one path. */
        public Builder folder(String path, String folder, String... names) {
            for (String name : names) {
                resource(path + '/' + name, folder + '/' + name);
            }
            return this;
        }

        public StaticFiles build() {
            return new StaticFiles(Map.copyOf(files));
        }
    }

    Set<String> paths() {
        return byPath.keySet();
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
        boolean page = file.contentType().equals(HTML);
        if (isKnown(request.http(), file)) {
            var unused = page ? request.sendPageUnchanged() : request.send(NOT_MODIFIED);
        } else if (page) {
            var unused = request.sendPage(OK, file.contentType(), Buffer.buffer(file.bytes()));
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
