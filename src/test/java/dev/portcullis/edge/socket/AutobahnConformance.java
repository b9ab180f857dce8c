package dev.portcullis.edge.socket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.portcullis.config.ConfigReading;
import dev.portcullis.config.Section;
import dev.portcullis.edge.listener.HttpServerSettings;
import dev.portcullis.edge.transport.ClientTransport;
import dev.portcullis.edge.transport.LoadShedder;
import dev.portcullis.edge.transport.MemoryBudget;
import dev.portcullis.edge.transport.SharedFrame;
import dev.portcullis.http.HttpConfig;
import dev.portcullis.http.TlsConfig;
import dev.portcullis.protocol.CloseCode;
import io.vertx.core.Context;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Autobahn's TestSuite against the sockets of the edge, which send each text back here. Left out are the cases of binary messages,
 * which the protocol has not (1.2 and half of 9), and of compression (12, 13).
 */
@ExtendWith(VertxExtension.class)
class AutobahnConformance {
    private static final Section DEFAULTS = Section.root(Map.of(), new ConfigReading(Map.of(), Path.of(".")));
    private static final SocketConfig LIMITS = SocketConfig.read(DEFAULTS.section("limits"));
    private static final int LARGEST = 16 << 20;
    private static final SocketConfig LARGE = new SocketConfig(
            LARGEST,
            LIMITS.authFrameBytes(),
            LARGEST / 64,
            LIMITS.controlFrames(),
            2 * LARGEST,
            LIMITS.outboxFrames(),
            60_000,
            LIMITS.queuedFrames(),
            2 * LARGEST,
            LIMITS.closeLingerMs(),
            LIMITS.bufferedBytes());
    private static final MemoryBudget MEMORY = new MemoryBudget(1L << 30);
    private static final Set<String> PASSED = Set.of("OK", "NON-STRICT", "INFORMATIONAL");

    /** With the limits as they are by default. */
    @Test
    void every_case_passes_and_its_connection_ends_cleanly(Vertx vertx) throws Exception {
        assertPassed(
                vertx,
                239,
                LIMITS,
                JsonArray.of("1.*", "2.*", "3.*", "4.*", "5.*", "6.*", "7.*", "10.*"),
                JsonArray.of("1.2.*"));
    }

    /**
     * With limits that let messages of 16 MiB pass. Not in fragments of 64 and 256 bytes: a flood of frames that are answered at
     * once is read in turns, so that those of 4 MiB take longer than the suite waits.
     */
    @Test
    void every_case_of_large_texts_passes_and_its_connection_ends_cleanly(Vertx vertx) throws Exception {
        assertPassed(
                vertx, 25, LARGE, JsonArray.of("9.1.*", "9.3.*", "9.5.*", "9.7.*"), JsonArray.of("9.3.1", "9.3.2"));
    }

    private static void assertPassed(Vertx vertx, int count, SocketConfig limits, JsonArray among, JsonArray without)
            throws Exception {
        Optional<Path> wstest = wstest();
        assumeTrue(wstest.isPresent(), "wstest is not on the path");
        Path report = Files.createDirectories(
                        Path.of("target", "autobahn", among.getString(0).substring(0, 1)))
                .toAbsolutePath();
        run(wstest.orElseThrow(), report, listen(vertx, limits), among, without);
        JsonObject cases = new JsonObject(Files.readString(report.resolve("index.json"))).getJsonObject("portcullis");
        Map<String, Integer> results = new TreeMap<>();
        Map<String, JsonObject> failed = new TreeMap<>();
        for (String each : cases.fieldNames()) {
            JsonObject result = cases.getJsonObject(each);
            results.merge(
                    result.getString("behavior") + ", close " + result.getString("behaviorClose"), 1, Integer::sum);
            if (!PASSED.contains(result.getString("behavior")) || !PASSED.contains(result.getString("behaviorClose"))) {
                failed.put(each, result);
            }
        }
        System.out.println(cases.size() + " cases of Autobahn: " + results);
        assertThat(failed).isEmpty();
        assertThat(cases.size()).isEqualTo(count);
    }

    private static Optional<Path> wstest() {
        return Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .map(folder -> Path.of(folder, "wstest"))
                .filter(Files::isExecutable)
                .findFirst();
    }

    private static void run(Path wstest, Path report, int port, JsonArray among, JsonArray without)
            throws IOException, InterruptedException {
        Path spec = report.resolve("spec.json");
        JsonObject server = new JsonObject().put("agent", "portcullis").put("url", "ws://127.0.0.1:" + port + "/ws");
        Files.writeString(
                spec,
                new JsonObject()
                        .put("outdir", report.toString())
                        .put("servers", JsonArray.of(server))
                        .put("cases", among)
                        .put("exclude-cases", without)
                        .put("exclude-agent-cases", new JsonObject())
                        .encode());
        Process suite = new ProcessBuilder(wstest.toString(), "-m", "fuzzingclient", "-s", spec.toString())
                .redirectErrorStream(true)
                .redirectOutput(report.resolve("wstest.log").toFile())
                .start();
        try {
            assertThat(suite.waitFor(10, TimeUnit.MINUTES)).isTrue();
        } finally {
            suite.destroyForcibly();
        }
    }

    private static int listen(Vertx vertx, SocketConfig limits) throws Exception {
        Promise<HttpServer> listening = Promise.promise();
        Context loop = vertx.getOrCreateContext();
        loop.runOnContext(any -> {
            ChatSocketFactory sockets =
                    new ChatSocketFactory(FlushCoalescer.of(loop), limits, new LoadShedder(MEMORY), Optional.empty());
            vertx.createHttpServer(HttpServerSettings.options(
                            HttpConfig.read(DEFAULTS.section("http")), TlsConfig.NONE, limits))
                    .requestHandler(request -> request.toWebSocket().onSuccess(socket -> open(sockets, socket, limits)))
                    .listen(0, "127.0.0.1")
                    .onComplete(listening);
        });
        return listening.future().await(30, TimeUnit.SECONDS).actualPort();
    }

    private static void open(ChatSocketFactory sockets, ServerWebSocket socket, SocketConfig limits) {
        Echo echo = new Echo();
        ClientTransport transport = sockets.of(socket, false).open(echo);
        transport.allow(limits.frameBytes());
        echo.transport = transport;
    }

    private static final class Echo implements ClientTransport.Listener {
        private @Nullable ClientTransport transport;

        @Override
        public void message(byte[] utf8) {
            if (transport != null) {
                SharedFrame same = ChatSocket.TEXT.encode(utf8, MEMORY);
                transport.share(same);
                same.release();
            }
        }

        @Override
        public void violated(CloseCode code) {
            if (transport != null) {
                transport.close(code);
            }
        }

        @Override
        public void closing() {}

        @Override
        public void closed() {}
    }
}
