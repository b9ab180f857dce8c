package dev.portcullis.uploads.s3;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Percent-encoding; that of Signature Version 4 leaves only the unreserved characters of RFC 3986 section 2.3. */
public final class UriEncoding {
    private static final String UNRESERVED = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";

    private UriEncoding() {}

    static String encode(String text) {
        return encode(text, UNRESERVED);
    }

    /** @param kept the characters that are not encoded */
    public static String encode(String text, String kept) {
        StringBuilder encoded = new StringBuilder(text.length() + 16);
        for (byte each : text.getBytes(StandardCharsets.UTF_8)) {
            if (kept.indexOf(each) >= 0) {
                encoded.append((char) each);
            } else {
                encoded.append(String.format(Locale.ROOT, "%%%02X", each & 0xFF));
            }
        }
        return encoded.toString();
    }

    /** Encodes each segment of a path. */
    static String path(String path) {
        return Stream.of(path.split("/", -1)).map(UriEncoding::encode).collect(Collectors.joining("/"));
    }
}
