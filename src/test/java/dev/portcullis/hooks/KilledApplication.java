package dev.portcullis.hooks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.FreePort;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** A {@link StoringApplication} that is killed and started again, and what it has stored. */
final class KilledApplication implements AutoCloseable {
    static final String SECRET = "a secret of the hooks with more than 32 bytes";
    /** Its last field tells a line from one that broke off within the body. */
    private static final Pattern WHOLE = Pattern.compile("\\d+\t\\S+\tv1=[0-9a-f]{64}\t[A-Za-z0-9+/]+=*\tend");

    private final int port = FreePort.find();
    private final Path file;
    private final long seed;
    private Process process;
    private int kills;

    KilledApplication(Path folder, long seed) throws IOException {
        this.file = Files.createFile(folder.resolve("events"));
        this.seed = seed;
        this.process = run();
    }

    String url() {
        return "http://127.0.0.1:" + port + "/hooks";
    }

    /** Sends SIGKILL. */
    void kill() {
        process.destroyForcibly().onExit().join();
        kills++;
    }

    void start() throws IOException {
        process = run();
    }

    int kills() {
        return kills;
    }

    /** All that is on its disk; of a request that it was killed in, nothing. */
    List<JsonObject> taken() {
        try (Stream<String> lines = Files.readString(file).lines()) {
            return lines.filter(line -> WHOLE.matcher(line).matches())
                    .flatMap(KilledApplication::events)
                    .toList();
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    private Process run() throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-Xmx64m",
                        "-cp",
                        classes().toString(),
                        StoringApplication.class.getName(),
                        String.valueOf(port),
                        file.toString(),
                        String.valueOf(seed + kills))
                .inheritIO()
                .start();
    }

    private static Path classes() {
        try {
            return Path.of(StoringApplication.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
        } catch (URISyntaxException impossible) {
            throw new AssertionError(impossible);
        }
    }

    private static Stream<JsonObject> events(String line) {
        String[] parts = line.split("\t", -1);
        String body = new String(Base64.getDecoder().decode(parts[3]), StandardCharsets.UTF_8);
        assertThat(parts[2]).isEqualTo("v1=" + hmac(parts[0] + "." + parts[1] + "." + body));
        JsonArray batch = new JsonObject(body).getJsonArray("events");
        assertThat(batch.getJsonObject(0).getString("id")).isEqualTo(parts[1]);
        return batch.stream().map(JsonObject.class::cast);
    }

    private static String hmac(String text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(SECRET.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            return HexFormat.of().formatHex(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException impossible) {
            throw new AssertionError(impossible);
        }
    }

    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
    }
}
