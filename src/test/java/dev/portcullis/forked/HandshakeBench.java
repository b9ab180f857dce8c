package dev.portcullis.forked;

import dev.portcullis.config.Json;
import dev.portcullis.kit.TestNode;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.http.WebSocketConnectOptions;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Prints handshakes a second, and what each costs the server, by the algorithm of the token. Each token is verified once,
 * as none comes twice. The rounds of the algorithms take turns, so that all meet the same machine. Run it by hand after
 * {@code mvn -DskipTests package}: {@code java -cp … dev.portcullis.forked.HandshakeBench 5 2000}, with the number of rounds
 * and the handshakes in each.
 */
final class HandshakeBench {
    private static final int PARALLEL = 32;
    private static final int USERS =
            500; // a node remembers the users of the last minutes, as many as fit into its heap
    private static final long LIFETIME_SECONDS = 3_600;
    private static final String SECRET = "a-secret-of-this-bench-that-is-long-enough";
    private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

    private final Vertx vertx = Vertx.vertx();
    private final WebSocketClient client =
            vertx.createWebSocketClient(new WebSocketClientOptions().setMaxConnections(4 * PARALLEL));

    /** Signs with one algorithm. */
    private interface Signer {
        byte[] sign(byte[] signed) throws GeneralSecurityException;
    }

    /** What one round took. */
    private record Round(double seconds, double cpuMicros) {}

    private HandshakeBench() {}

    public static void main(String[] args) throws Exception {
        new HandshakeBench().measure(Integer.parseInt(args[0]), Integer.parseInt(args[1]));
    }

    private void measure(int rounds, int handshakes) throws Exception {
        Path folder = Files.createTempDirectory("handshakes");
        KeyPairGenerator ec = KeyPairGenerator.getInstance("EC");
        ec.initialize(new ECGenParameterSpec("secp256r1"));
        KeyPairGenerator rsaKeys = KeyPairGenerator.getInstance("RSA");
        rsaKeys.initialize(2_048);
        KeyPair rsa = rsaKeys.generateKeyPair();
        KeyPair p256 = ec.generateKeyPair();
        Map<String, Signer> signers = new LinkedHashMap<>();
        signers.put("HS256", HandshakeBench::hmac);
        signers.put("RS256", signed -> sign("SHA256withRSA", rsa, signed));
        signers.put("ES256", signed -> sign("SHA256withECDSAinP1363Format", p256, signed));
        try (ForkedNode node =
                ForkedNode.measured(config(folder, rsa, p256), TestNode.GENEROUS.toArray(String[]::new))) {
            Map<String, List<Round>> results = new LinkedHashMap<>();
            for (int i = 0; i <= rounds; i++) { // the first warms up
                for (Map.Entry<String, Signer> each : signers.entrySet()) {
                    Round round = round(node, tokens(each.getKey(), each.getValue(), handshakes));
                    if (i > 0) {
                        results.computeIfAbsent(each.getKey(), any -> new ArrayList<>())
                                .add(round);
                    }
                }
            }
            results.forEach((algorithm, all) -> System.out.printf(
                    "%s  %,.0f handshakes/s  %,.0f CPU us each (median of %d rounds)%n",
                    algorithm,
                    handshakes / median(all.stream().map(Round::seconds).toList()),
                    median(all.stream().map(Round::cpuMicros).toList()) / handshakes,
                    rounds));
        } finally {
            vertx.close().await(20, TimeUnit.SECONDS);
        }
    }

    private Round round(ForkedNode node, Queue<String> tokens) throws Exception {
        ProcessHandle process = ProcessHandle.of(node.process().pid()).orElseThrow();
        long cpu = cpuNanos(process);
        long start = System.nanoTime();
        List<Future<Void>> lines = new ArrayList<>();
        for (int i = 0; i < PARALLEL; i++) {
            lines.add(next(node, tokens));
        }
        Future.all(lines).await(10, TimeUnit.MINUTES);
        double seconds = (System.nanoTime() - start) / 1e9;
        return new Round(seconds, (cpuNanos(process) - cpu) / 1e3);
    }

    private Future<Void> next(ForkedNode node, Queue<String> tokens) {
        String token = tokens.poll();
        return token == null ? Future.succeededFuture() : handshake(node, token).compose(any -> next(node, tokens));
    }

    private Future<Void> handshake(ForkedNode node, String token) {
        WebSocketConnectOptions options = new WebSocketConnectOptions()
                .setHost(node.ws().getHost())
                .setPort(node.ws().getPort())
                .setURI(node.ws().getPath())
                .setAllowOriginHeader(false)
                .addSubProtocol("portcullis.v1")
                .addHeader("Authorization", "Bearer " + token);
        return client.connect(options).compose(HandshakeBench::greeted);
    }

    private static Future<Void> greeted(WebSocket socket) {
        Promise<Void> closed = Promise.promise();
        socket.textMessageHandler(text -> {
            if (text.contains("\"auth_success\"")) {
                var unused = socket.close();
            } else {
                closed.tryFail(text);
            }
        });
        socket.closeHandler(any -> closed.tryComplete());
        return closed.future();
    }

    private static Queue<String> tokens(String algorithm, Signer signer, int count) throws GeneralSecurityException {
        Queue<String> tokens = new ArrayDeque<>();
        long now = System.currentTimeMillis() / 1_000;
        for (int i = 0; i < count; i++) {
            String claims = Json.write(Map.of(
                    "sub",
                    "user-" + i % USERS,
                    "jti",
                    UUID.randomUUID().toString(),
                    "iss",
                    algorithm,
                    "iat",
                    now,
                    "exp",
                    now + LIFETIME_SECONDS));
            String signed = part("{\"alg\":\"" + algorithm + "\",\"typ\":\"JWT\"}") + "." + part(claims);
            tokens.add(signed + "." + BASE64.encodeToString(signer.sign(signed.getBytes(StandardCharsets.US_ASCII))));
        }
        return tokens;
    }

    private static String part(String json) {
        return BASE64.encodeToString(json.getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] hmac(byte[] signed) throws GeneralSecurityException {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(SECRET.getBytes(StandardCharsets.US_ASCII), "HmacSHA256"));
        return mac.doFinal(signed);
    }

    private static byte[] sign(String algorithm, KeyPair keys, byte[] signed) throws GeneralSecurityException {
        Signature signature = Signature.getInstance(algorithm);
        signature.initSign(keys.getPrivate());
        signature.update(signed);
        return signature.sign();
    }

    private static Path config(Path folder, KeyPair rsa, KeyPair p256) throws Exception {
        List<Map<String, Object>> issuers = List.of(
                Map.of("issuer", "HS256", "userPrefix", "h.", "algorithms", List.of("HS256"), "secret", SECRET),
                Map.of("issuer", "RS256", "userPrefix", "r.", "algorithms", List.of("RS256"), "publicKey", pem(rsa)),
                Map.of("issuer", "ES256", "userPrefix", "e.", "algorithms", List.of("ES256"), "publicKey", pem(p256)));
        return Files.writeString(
                folder.resolve("node.json"),
                Json.write(Map.of(
                        "http", Map.of("host", "127.0.0.1", "port", 0),
                        "admin", Map.of("host", "127.0.0.1", "port", 0),
                        "tls", Map.of("required", false),
                        "origin", Map.of("missing", "allow"),
                        "auth", Map.of("issuers", issuers),
                        "store", Map.of("path", folder.resolve("store").toString()))));
    }

    private static String pem(KeyPair keys) {
        String body = Base64.getMimeEncoder(64, new byte[] {'\n'})
                .encodeToString(keys.getPublic().getEncoded());
        return "-----BEGIN PUBLIC KEY-----\n" + body + "\n-----END PUBLIC KEY-----\n";
    }

    private static long cpuNanos(ProcessHandle process) {
        return process.info().totalCpuDuration().orElseThrow().toNanos();
    }

    private static double median(List<Double> values) {
        return values.stream().sorted().toList().get(values.size() / 2);
    }
}
