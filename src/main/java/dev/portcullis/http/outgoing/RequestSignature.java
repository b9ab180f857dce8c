package dev.portcullis.http.outgoing;

import dev.portcullis.config.Secret;
import dev.portcullis.config.crypto.Hkdf;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The headers by which an outside service knows that a request is ours and new: HMAC-SHA-256 over the time, a dot and
 * the body. The time is part of it, so that a recorded request is of no use later (CWE-294).
 */
public final class RequestSignature {
    static final String TIMESTAMP = "Portcullis-Timestamp";
    static final String SIGNATURE = "Portcullis-Signature";

    private RequestSignature() {}

    /** @param millis the time now; the header has seconds */
    public static Map<String, String> headers(Secret secret, long millis, byte[] body) {
        String seconds = Long.toString(millis / 1_000);
        byte[] mac = Hkdf.hmac(secret.bytes(), (seconds + ".").getBytes(StandardCharsets.US_ASCII), body);
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put(TIMESTAMP, seconds);
        headers.put(SIGNATURE, "v1=" + HexFormat.of().formatHex(mac));
        return headers;
    }
}
