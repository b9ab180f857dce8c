package dev.portcullis.uploads.s3;

import static dev.portcullis.kit.Await.done;

import dev.portcullis.config.Secret;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * A small S3-compatible store in memory. It computes each signature from the request that arrived, by code of its own, and
 * refuses what does not match, is too old, or lacks a header that was signed.
 */
public final class S3Double {
    static final String ACCESS_KEY = "AKIDTEST";
    static final Secret SECRET_KEY = new Secret("s3cr3t/of+the=test");
    static final String REGION = "eu-test-1";
    static final String BUCKET = "files";

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);
    private static final Pattern AUTHORIZATION =
            Pattern.compile("AWS4-HMAC-SHA256 Credential=([^,]+), ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})");

    /** Objects by path; replaced as a whole. */
    public final Map<String, Buffer> objects = new ConcurrentHashMap<>();

    /** The Content-Language that clients gave their objects, by path. */
    private final Map<String, String> languages = new ConcurrentHashMap<>();

    /** What was refused, and why. */
    final List<String> refusals = Collections.synchronizedList(new ArrayList<>());

    /** Called before each request is served, with method and path. */
    public volatile Consumer<String> before = any -> {};

    /** What the answer to a request waits for, once the request is served, by method and path. */
    public volatile Function<String, Future<?>> answerAfter = any -> Future.succeededFuture();

    /** Whether it answers everything with a failure of its own. */
    public volatile boolean fail;

    /** What a copy answers; a real store may begin with 200 and fail then. */
    volatile String copyAnswer = "<CopyObjectResult/>";

    private final HttpServer server;

    public S3Double(Vertx vertx) throws Exception {
        this.server = done(vertx.createHttpServer(new HttpServerOptions().setMaxHeaderSize(32 << 10))
                .requestHandler(request -> request.body().onSuccess(body -> serve(request, body)))
                .listen(0, "127.0.0.1"));
    }

    public S3Config config() {
        return new S3Config(
                "http://127.0.0.1:" + server.actualPort(), REGION, BUCKET, true, ACCESS_KEY, SECRET_KEY, 60, 1L << 40);
    }

    private void serve(HttpServerRequest request, Buffer body) {
        before.accept(request.method() + " " + request.path());
        if (fail) {
            end(request, 500, Buffer.buffer());
            return;
        }
        Optional<String> refusal = refusal(request);
        if (refusal.isPresent()) {
            refusals.add(refusal.get());
            end(request, 403, Buffer.buffer());
            return;
        }
        switch (request.method().name()) {
            case "PUT" -> put(request, body);
            case "DELETE" -> {
                objects.remove(request.path());
                end(request, 204, Buffer.buffer());
            }
            default -> get(request);
        }
    }

    private void put(HttpServerRequest request, Buffer body) {
        String source = request.getHeader("x-amz-copy-source");
        if (source == null) {
            objects.put(request.path(), body);
            Optional.ofNullable(request.getHeader("content-language"))
                    .ifPresent(given -> languages.put(request.path(), given));
            end(request, 200, Buffer.buffer());
            return;
        }
        Buffer found = objects.get(source);
        if (found == null || !etag(found).equals(request.getHeader("x-amz-copy-source-if-match"))) {
            end(request, found == null ? 404 : 412, Buffer.buffer());
            return;
        }
        if (copyAnswer.contains("CopyObjectResult")) {
            objects.put(request.path(), found);
            if (!"REPLACE".equals(request.getHeader("x-amz-metadata-directive")) && languages.containsKey(source)) {
                languages.put(request.path(), languages.get(source));
            }
        }
        end(request, 200, Buffer.buffer(copyAnswer));
    }

    private void get(HttpServerRequest request) {
        Buffer found = objects.get(request.path());
        String wanted = request.getHeader("if-match");
        if (found == null || (wanted != null && !wanted.equals(etag(found)))) {
            end(request, found == null ? 404 : 412, Buffer.buffer());
            return;
        }
        HttpServerResponse response = request.response().putHeader("ETag", etag(found));
        if (languages.containsKey(request.path())) {
            response.putHeader("Content-Language", languages.get(request.path()));
        }
        request.params().forEach(each -> {
            if (each.getKey().startsWith("response-")) {
                response.putHeader(each.getKey().substring("response-".length()), each.getValue());
            }
        });
        String range = request.getHeader("range");
        Buffer part = range == null
                ? found
                : found.slice(0, Math.min(found.length(), Integer.parseInt(range.substring("bytes=0-".length())) + 1));
        if (request.method().name().equals("HEAD")) {
            response.putHeader("Content-Length", Integer.toString(found.length()));
            end(request, 200, Buffer.buffer());
        } else {
            end(request, range == null ? 200 : 206, part);
        }
    }

    private void end(HttpServerRequest request, int status, Buffer body) {
        answerAfter
                .apply(request.method() + " " + request.path())
                .onComplete(any -> request.response().setStatusCode(status).end(body));
    }

    private static String etag(Buffer content) {
        return "\"" + Integer.toHexString(content.hashCode()) + "\"";
    }

    private Optional<String> refusal(HttpServerRequest request) {
        String header = request.getHeader("authorization");
        if (header == null) {
            return refusalOfUrl(request);
        }
        Matcher parts = AUTHORIZATION.matcher(header);
        String time = String.valueOf(request.getHeader("x-amz-date"));
        if (!parts.matches() || !parts.group(1).equals(credential(time))) {
            return Optional.of("credential");
        }
        Instant made = Instant.from(TIME.parse(time));
        if (Duration.between(made, Instant.now()).abs().toMinutes() > 15) {
            return Optional.of("time");
        }
        String hash = String.valueOf(request.getHeader("x-amz-content-sha256"));
        return signature(request, parts.group(2), hash, time).equals(parts.group(3))
                ? Optional.empty()
                : Optional.of("signature");
    }

    private Optional<String> refusalOfUrl(HttpServerRequest request) {
        String time = String.valueOf(request.getParam("X-Amz-Date"));
        if (!credential(time).equals(request.getParam("X-Amz-Credential"))) {
            return Optional.of("credential");
        }
        Instant made = Instant.from(TIME.parse(time));
        long seconds = Long.parseLong(request.getParam("X-Amz-Expires"));
        if (Instant.now().isAfter(made.plusSeconds(seconds))) {
            return Optional.of("time");
        }
        String computed = signature(request, request.getParam("X-Amz-SignedHeaders"), "UNSIGNED-PAYLOAD", time);
        return computed.equals(request.getParam("X-Amz-Signature")) ? Optional.empty() : Optional.of("signature");
    }

    private static String credential(String time) {
        return ACCESS_KEY + "/" + time.substring(0, Math.min(8, time.length())) + "/" + REGION + "/s3/aws4_request";
    }

    /** From the raw query as it arrived: what is encoded another way than the specification says does not match. */
    private static String signature(HttpServerRequest request, String signed, String payload, String time) {
        Map<String, String> query = new TreeMap<>();
        String raw = request.query();
        for (String each : raw == null ? new String[0] : raw.split("&", -1)) {
            String name = each.substring(0, each.indexOf('='));
            if (!URLDecoder.decode(name, StandardCharsets.UTF_8).equals("X-Amz-Signature")) {
                query.put(name, each.substring(each.indexOf('=') + 1));
            }
        }
        List<String> pairs = new ArrayList<>();
        query.forEach((name, value) -> pairs.add(name + "=" + value));
        StringBuilder canonical =
                new StringBuilder(request.method() + "\n" + request.path() + "\n" + String.join("&", pairs) + "\n");
        for (String name : signed.split(";", -1)) {
            canonical.append(name).append(':').append(request.getHeader(name)).append('\n');
        }
        canonical.append('\n').append(signed).append('\n').append(payload);
        String day = time.substring(0, 8);
        String scope = day + "/" + REGION + "/s3/aws4_request";
        byte[] key = mac(("AWS4" + SECRET_KEY.reveal()).getBytes(StandardCharsets.UTF_8), day);
        for (String each : List.of(REGION, "s3", "aws4_request")) {
            key = mac(key, each);
        }
        return hex(mac(key, "AWS4-HMAC-SHA256\n" + time + "\n" + scope + "\n" + sha256(canonical.toString())));
    }

    private static byte[] mac(byte[] key, String text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
        } catch (java.security.GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static String sha256(String text) {
        try {
            return hex(
                    java.security.MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (java.security.NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static String hex(byte[] bytes) {
        return java.util.HexFormat.of().formatHex(bytes);
    }
}
