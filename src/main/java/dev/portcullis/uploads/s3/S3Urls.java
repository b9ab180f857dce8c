package dev.portcullis.uploads.s3;

import dev.portcullis.uploads.ticket.FileId;
import dev.portcullis.uploads.ticket.Upload;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/**
 * URLs that give a client one file for a moment. A client puts its object under {@code pending/}; a file is kept under
 * another key, so that a client that still has the URL of the upload can't replace the checked object (CWE-367).
 */
public final class S3Urls {
    private final S3Config config;
    private final RequestSigner signer;

    public S3Urls(S3Config config) {
        this.config = config;
        this.signer = new RequestSigner(config.accessKey(), config.secretKey(), config.region(), "s3");
    }

    /** A URL for one {@code PUT} with exactly this length and type; the store refuses others, since both are signed. */
    public String upload(Upload upload, Instant now, long seconds) {
        Map<String, String> headers = Map.of(
                "host", config.host(), "content-length", Long.toString(upload.size()), "content-type", upload.mime());
        return url(new S3Request("PUT", config.path(pending(upload.id())), Map.of(), headers), now, seconds);
    }

    /**
     * A URL for one {@code GET} or {@code HEAD} of a kept file: the method is signed.
     *
     * @param disposition and {@code contentType} are what the store answers, whatever it has stored
     */
    public String download(String method, FileId id, String disposition, String contentType, Instant now) {
        Map<String, String> answer = Map.of(
                "response-content-disposition", disposition,
                "response-content-type", contentType,
                "response-cache-control", "private, no-store");
        S3Request request = new S3Request(method, config.path(kept(id)), answer, Map.of("host", config.host()));
        return url(request, now, config.downloadSeconds());
    }

    static String pending(FileId id) {
        return "pending/" + id.value();
    }

    static String kept(FileId id) {
        return "kept/" + id.value();
    }

    /** Signs a request of the server itself, without a body. */
    Map<String, String> sign(String method, String key, Map<String, String> more, Instant now) {
        Map<String, String> headers = new HashMap<>(more);
        headers.put("host", config.host());
        S3Request request = new S3Request(method, config.path(key), Map.of(), headers);
        return signer.sign(request, S3Request.NO_PAYLOAD, now);
    }

    private String url(S3Request request, Instant now, long seconds) {
        return config.origin() + request.path() + "?" + signer.presign(request, now, seconds);
    }
}
