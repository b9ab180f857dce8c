package dev.portcullis.uploads.s3;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The percent-encoding of Signature Version 4: all but the unreserved characters of RFC 3986 section 2.3. */
final class UriEncoding {
    private static final String UNRESERVED = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";

    private UriEncoding() {}

    static String encode(String text) {
        StringBuilder encoded = new StringBuilder(text.length() + 16);
        for (byte each : text.getBytes(StandardCharsets.UTF_8)) {
            if (UNRESERVED.indexOf(each) >= 0) {
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
