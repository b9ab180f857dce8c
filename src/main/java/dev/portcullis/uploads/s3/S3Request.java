package dev.portcullis.uploads.s3;

import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * A request as Signature Version 4 sees it.
 *
 * @param path as it is sent: each segment percent-encoded
 * @param query names and values, not encoded
 * @param headers the headers that are signed, in any case
 */
record S3Request(String method, String path, SortedMap<String, String> query, SortedMap<String, String> headers) {
    static final String UNSIGNED = "UNSIGNED-PAYLOAD";

    /** The SHA-256 of nothing. */
    static final String NO_PAYLOAD = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    S3Request(String method, String path, Map<String, String> query, Map<String, String> headers) {
        this(method, path, new TreeMap<>(query), lowered(headers));
    }

    /** The names of all signed headers. */
    String signedHeaders() {
        return String.join(";", headers.keySet());
    }

    /** "Task 1: Create a canonical request" of the specification. */
    String canonical(String payloadHash) {
        String lines = headers.entrySet().stream()
                .map(each -> each.getKey() + ":" + each.getValue().strip().replaceAll(" +", " ") + "\n")
                .collect(Collectors.joining());
        return String.join("\n", method, path, queryString(), lines, signedHeaders(), payloadHash);
    }

    /** The query in the order of the encoded names, as the specification asks for. */
    String queryString() {
        SortedMap<String, String> encoded = new TreeMap<>();
        query.forEach((name, value) -> encoded.put(UriEncoding.encode(name), UriEncoding.encode(value)));
        return encoded.entrySet().stream()
                .map(each -> each.getKey() + "=" + each.getValue())
                .collect(Collectors.joining("&"));
    }

    private static SortedMap<String, String> lowered(Map<String, String> headers) {
        SortedMap<String, String> lowered = new TreeMap<>();
        headers.forEach((name, value) -> lowered.put(name.toLowerCase(Locale.ROOT), value));
        return lowered;
    }
}
