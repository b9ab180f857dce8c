package dev.portcullis.http.outgoing;

import dev.portcullis.config.Secret;
import dev.portcullis.config.crypto.Hkdf;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The headers by which an outside service knows that a request is ours and new: HMAC-SHA-256 over the time, a dot and
 * the body. The time is part of it, so that a recorded request is of no use later (CWE-294).
 */
public final class RequestSignature {
    static final String TIMESTAMP = "Portcullis-Timestamp";
    static final String SIGNATURE = "Portcullis-Signature";
    static final String ID = "Portcullis-Id";

    private RequestSignature() {}

    /** @param millis the time now; the header has seconds */
    public static Map<String, String> headers(Secret secret, long millis, byte[] body) {
        return headers(secret, millis, Optional.empty(), body);
    }

    /** Signs a request that may come twice: its id is signed too, between the time and the body, with a dot behind each. */
    public static Map<String, String> headers(Secret secret, long millis, String id, byte[] body) {
        return headers(secret, millis, Optional.of(id), body);
    }

    private static Map<String, String> headers(Secret secret, long millis, Optional<String> id, byte[] body) {
        String seconds = Long.toString(millis / 1_000);
        String head = seconds + "." + id.map(each -> each + ".").orElse("");
        byte[] mac = Hkdf.hmac(secret.bytes(), head.getBytes(StandardCharsets.US_ASCII), body);
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put(TIMESTAMP, seconds);
        id.ifPresent(each -> headers.put(ID, each));
        headers.put(SIGNATURE, "v1=" + HexFormat.of().formatHex(mac));
        return headers;
    }
}
