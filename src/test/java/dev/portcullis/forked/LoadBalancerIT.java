package dev.portcullis.forked;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.portcullis.client.ClientEvent;
import dev.portcullis.client.ClientOptions;
import dev.portcullis.client.PortcullisClient;
import dev.portcullis.kit.Await;
import dev.portcullis.kit.ChatPeer;
import dev.portcullis.kit.FreePort;
import dev.portcullis.kit.PatientCalls;
import dev.portcullis.kit.RedisProcess;
import dev.portcullis.kit.program.Program;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Three nodes behind each load balancer of the page, with its configuration as it stands there, but for addresses and TLS. */
@Tag("faults") // three nodes that start twice
@ExtendWith(VertxExtension.class)
class LoadBalancerIT {
    private static final Path PAGE = Path.of("src/docs/load-balancers.md");
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final int NODES = 3;
    private static final int CLIENTS = 12;
    private static final int SOME_ACKS = 20 * CLIENTS;
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    /** How each is told where its files are, and started in the foreground. */
    private enum Balancer {
        NGINX("nginx", "-v", "ssl_certificate(_key)? .*\n", "listen 443 ssl;") {
            @Override
            String whole(String page, Path folder) {
                return """
                        daemon off;
                        pid %1$s/nginx.pid;
                        error_log stderr;
                        %2$s
                        events {}
                        http {
                            access_log off;
                            client_body_temp_path %1$s/body;
                            proxy_temp_path %1$s/proxy;
                            fastcgi_temp_path %1$s/fastcgi;
                            uwsgi_temp_path %1$s/uwsgi;
                            scgi_temp_path %1$s/scgi;
                        %3$s
                        }
                        """.formatted(folder, "root".equals(System.getProperty("user.name")) ? "user root;" : "", page);
            }

            @Override
            List<String> command(Path config) {
                return List.of("nginx", "-p", config.getParent().toString(), "-c", config.toString());
            }

            @Override
            String listen(int port) {
                return "listen 127.0.0.1:" + port + ";";
            }
        },
        HAPROXY("haproxy", "-v", "(?!)", "bind :443 ssl crt /etc/haproxy/chat.pem alpn http/1.1") {
            @Override
            String whole(String page, Path folder) {
                return page;
            }

            @Override
            List<String> command(Path config) {
                return List.of("haproxy", "-db", "-f", config.toString());
            }

            @Override
            String listen(int port) {
                return "bind 127.0.0.1:" + port;
            }
        },
        CADDY("caddy", "version", " *tls /etc/.*\n", "chat.example.com {") {
            @Override
            String whole(String page, Path folder) {
                return "{\n\tadmin off\n}\n" + page;
            }

            @Override
            List<String> command(Path config) {
                return List.of("caddy", "run", "--adapter", "caddyfile", "--config", config.toString());
            }

            @Override
            String listen(int port) {
                return "http://127.0.0.1:" + port + " {";
            }
        };

        private final String program;
        private final String version;
        private final String tls;
        private final String listener;

        Balancer(String program, String version, String tls, String listener) {
            this.program = program;
            this.version = version;
            this.tls = tls;
            this.listener = listener;
        }

        /** The part of the page in what else the program needs. */
        abstract String whole(String page, Path folder);

        abstract List<String> command(Path config);

        abstract String listen(int port);
    }

    @TempDir
    Path folder;

    private final RedisProcess redis = RedisProcess.start();
    private final List<Integer> busPorts = ports();
    private final List<Integer> httpPorts = ports();
    private final int port = FreePort.find();
    private final List<ForkedNode> nodes = new ArrayList<>();
    private Vertx vertx;

    @BeforeEach
    void open(Vertx fresh) throws Exception {
        vertx = fresh;
        for (int i = 0; i < NODES; i++) {
            nodes.add(start(i));
        }
    }

    @AfterEach
    void close() {
        nodes.forEach(ForkedNode::close);
        redis.close();
    }

    @ParameterizedTest
    @EnumSource
    void rolling_restart_loses_nothing_and_each_client_is_known_by_its_address(Balancer balancer) throws Exception {
        assumeTrue(Program.succeeds(balancer.program, balancer.version), balancer.program + " is not installed");
        try (Program running = Program.start(folder, balancer.command(config(balancer)), Map.of())) {
            awaitListener(running);
            assertKnownByAddress();
            assertPolls();
            rollOut(balancer);
        }
    }

    private void rollOut(Balancer balancer) throws Exception {
        Writers writers = new Writers();
        for (int i = 0; i < NODES; i++) {
            writers.awaitMore();
            nodes.get(i).process().terminate();
            if (balancer == Balancer.NGINX) { // the others learn of it by their check, a second later
                var unused = nodes.get(i).reachesReadiness(503); // or has ended by then
                assertPolls();
            }
            assertThat(nodes.get(i).process().ended().code()).isZero();
            nodes.set(i, start(i));
        }
        writers.awaitMore();
        writers.end();
        System.out.printf(
                "%s: %d acknowledged, the longest after %d ms%n",
                balancer, writers.acknowledged.size(), writers.longestMs.get());
        assertThat(writers.refused)
                .as("two nodes serve at any time, and are tried in turn")
                .hasSizeLessThan(CLIENTS / 2);
        try (ChatPeer reader = nodes.get(0).enter("reader")) {
            assertThat(RoomLog.read(reader, "lobby").messages())
                    .extracting(ObservedMessage::content)
                    .containsAll(writers.acknowledged);
        }
    }

    /** Clients that each send the next message once the one before is acknowledged. */
    private final class Writers {
        private final Set<String> acknowledged = ConcurrentHashMap.newKeySet();
        private final List<String> refused = new CopyOnWriteArrayList<>();
        private final AtomicLong longestMs = new AtomicLong();
        private final List<PortcullisClient> clients = new ArrayList<>();
        private volatile boolean ending;

        Writers() {
            for (int i = 0; i < CLIENTS; i++) {
                String user = "writer-" + i;
                ClientOptions options = ClientOptions.to(
                                "ws://127.0.0.1:" + port + "/ws", nodes.get(0).token(user))
                        .withRooms("lobby");
                PortcullisClient client = PortcullisClient.connect(vertx, options, this::onEvent);
                clients.add(client);
                send(client, user, 0);
            }
        }

        private void onEvent(ClientEvent event) {
            if (event instanceof ClientEvent.Interrupted interrupted
                    && interrupted.disconnect().describe().contains("HTTP")) {
                refused.add(interrupted.disconnect().describe());
            }
        }

        private void send(PortcullisClient client, String user, int number) {
            String text = user + " " + number;
            long begun = System.nanoTime();
            client.send("lobby", text).onSuccess(answer -> {
                if ("ack".equals(answer.getString("type"))) {
                    acknowledged.add(text);
                    longestMs.accumulateAndGet(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun), Math::max);
                }
                if (!ending) {
                    vertx.setTimer(20, any -> send(client, user, number + 1));
                }
            });
        }

        void awaitMore() {
            int before = acknowledged.size();
            assertThat(Await.until(() -> acknowledged.size() >= before + SOME_ACKS, PATIENCE))
                    .isTrue();
        }

        void end() throws Exception {
            ending = true;
            for (PortcullisClient client : clients) {
                client.close().await(30, TimeUnit.SECONDS);
            }
        }
    }

    /** A handshake without a token is refused, which the node logs with the address. */
    private void assertKnownByAddress() throws Exception {
        String own = "127.0.0.77";
        try (Socket socket = new Socket()) {
            socket.bind(new InetSocketAddress(InetAddress.getAllByName(own)[0], 0));
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            socket.getOutputStream()
                    .write(("GET /ws HTTP/1.1\r\nHost: 127.0.0.1:" + port
                                    + "\r\nX-Forwarded-For: 192.0.2.1\r\nConnection: close\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(answer).startsWith("HTTP/1.1 4");
        }
        assertThat(Await.until(() -> nodes.stream()
                        .flatMap(node -> node.process().err().lines().stream())
                        .anyMatch(line -> line.contains("\"" + own + "\""))))
                .as("no node logged the client's address")
                .isTrue();
    }

    /** A session of long-polling, whose requests all have to reach one node, also where another one refuses them. */
    private void assertPolls() throws Exception {
        String opened = poll("");
        String sid = new JsonObject(opened.substring(1)).getString("sid");
        HttpRequest connect = HttpRequest.newBuilder(polling("&sid=" + sid))
                .header("Content-Type", "text/plain;charset=UTF-8")
                .POST(HttpRequest.BodyPublishers.ofString(
                        "40" + new JsonObject().put("token", nodes.get(0).token("poller"))))
                .build();
        assertThat(HTTP.send(connect, BodyHandlers.ofString()).body()).isEqualTo("ok");
        assertThat(Await.until(() -> poll("&sid=" + sid).contains("auth_success")))
                .isTrue();
    }

    private String poll(String session) {
        return PatientCalls.send(HTTP, HttpRequest.newBuilder(polling(session)).build())
                .body();
    }

    private URI polling(String session) {
        return URI.create("http://127.0.0.1:" + port + "/socket.io/?EIO=4&transport=polling" + session);
    }

    private void awaitListener(Program balancer) {
        assertThat(Await.until(() -> {
                    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                        return socket.isConnected();
                    } catch (IOException notYet) {
                        return false;
                    }
                }))
                .as(() -> "it does not listen; it printed " + balancer.printed())
                .isTrue();
    }

    private Path config(Balancer balancer) throws IOException {
        Matcher block = Pattern.compile("```" + balancer.program + "\n(.*?)```", Pattern.DOTALL)
                .matcher(Files.readString(PAGE));
        assertThat(block.find()).as(balancer.program).isTrue();
        assertThat(block.group(1)).contains(balancer.listener);
        String page = block.group(1).replaceAll(balancer.tls, "").replace(balancer.listener, balancer.listen(port));
        for (int i = 0; i < NODES; i++) {
            assertThat(page).contains("10.0.0." + (i + 1) + ":8080");
            page = page.replace("10.0.0." + (i + 1) + ":8080", "127.0.0.1:" + httpPorts.get(i));
        }
        return Files.writeString(folder.resolve(balancer.program + ".conf"), balancer.whole(page, folder));
    }

    private ForkedNode start(int at) throws Exception {
        JsonArray members = new JsonArray();
        busPorts.forEach(each -> members.add("127.0.0.1:" + each));
        return ForkedNode.generous(
                ForkedNode.configIn(folder),
                "store={\"kind\": \"redis\", \"redis\": {\"uri\": \"" + redis.uri() + "\"}}",
                "streams.room.entries=100000",
                "http.port=" + httpPorts.get(at),
                "http.health=true",
                "http.trustedProxies=[\"127.0.0.1\"]",
                "cluster.enabled=true",
                "cluster.port=" + busPorts.get(at),
                "cluster.bus.port=0",
                "cluster.members=" + members.encode(),
                "drain.windowMs=3000");
    }

    private static List<Integer> ports() {
        return Stream.generate(FreePort::find).distinct().limit(NODES).toList();
    }
}
