package dev.portcullis.uploads.s3;

import dev.portcullis.config.Secret;
import dev.portcullis.config.crypto.Hkdf;
import dev.portcullis.config.crypto.Sha256;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** AWS Signature Version 4. The time is handed in, and each signature is good for a time around it only. */
final class RequestSigner {
    static final String ALGORITHM = "AWS4-HMAC-SHA256";

    private static final String END = "aws4_request";
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);
    private static final int DAY_LENGTH = 8;

    private final String accessKey;
    private final Secret secretKey;
    private final String region;
    private final String service;

    RequestSigner(String accessKey, Secret secretKey, String region, String service) {
        this.accessKey = accessKey;
        this.secretKey = secretKey;
        this.region = region;
        this.service = service;
    }

    /**
     * The query of a URL that has the signature in it. The payload is not signed, since it is not known yet: what binds it are
     * the signed headers.
     */
    String presign(S3Request request, Instant now, long seconds) {
        String time = TIME.format(now);
        Map<String, String> query = new TreeMap<>(request.query());
        query.put("X-Amz-Algorithm", ALGORITHM);
        query.put("X-Amz-Credential", accessKey + "/" + scope(time));
        query.put("X-Amz-Date", time);
        query.put("X-Amz-Expires", Long.toString(seconds));
        query.put("X-Amz-SignedHeaders", request.signedHeaders());
        S3Request whole = new S3Request(request.method(), request.path(), query, request.headers());
        return whole.queryString() + "&X-Amz-Signature=" + signature(whole.canonical(S3Request.UNSIGNED), time);
    }

    /** The headers to send with a request, those that it has included. */
    Map<String, String> sign(S3Request request, String payloadHash, Instant now) {
        String time = TIME.format(now);
        Map<String, String> headers = new TreeMap<>(request.headers());
        headers.put("x-amz-content-sha256", payloadHash);
        headers.put("x-amz-date", time);
        S3Request whole = new S3Request(request.method(), request.path(), request.query(), headers);
        headers.put("authorization", authorization(whole, payloadHash, time));
        return headers;
    }

    /** The header of a request that already has its time among its headers. */
    String authorization(S3Request request, String payloadHash, String time) {
        return ALGORITHM + " Credential=" + accessKey + "/" + scope(time) + ",SignedHeaders=" + request.signedHeaders()
                + ",Signature=" + signature(request.canonical(payloadHash), time);
    }

    private String signature(String canonicalRequest, String time) {
        String toSign = String.join("\n", ALGORITHM, time, scope(time), hex(Sha256.of(canonicalRequest)));
        return hex(hmac(key(time), toSign));
    }

    private byte[] key(String time) {
        byte[] secret = ("AWS4" + secretKey.reveal()).getBytes(StandardCharsets.UTF_8);
        return hmac(hmac(hmac(hmac(secret, day(time)), region), service), END);
    }

    private String scope(String time) {
        return String.join("/", day(time), region, service, END);
    }

    private static String day(String time) {
        return time.substring(0, DAY_LENGTH);
    }

    private static byte[] hmac(byte[] key, String text) {
        return Hkdf.hmac(key, text.getBytes(StandardCharsets.UTF_8));
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }
}
