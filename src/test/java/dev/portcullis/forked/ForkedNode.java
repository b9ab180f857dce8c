package dev.portcullis.forked;

import dev.portcullis.app.config.NodeConfig;
import dev.portcullis.app.config.NodeConfigReader;
import dev.portcullis.auth.token.TokenSigner;
import dev.portcullis.config.ConfigFile;
import dev.portcullis.kit.JdkPeer;
import dev.portcullis.kit.TestNode;
import dev.portcullis.protocol.Role;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A node in a process of its own, which can be killed. Its secrets come from the environment. */
public final class ForkedNode implements AutoCloseable {
    static final String API_KEY = "an-api-key-that-no-log-may-show";
    static final String SECRET = "a-signing-secret-that-no-log-may-show";
    public static final Map<String, String> ENVIRONMENT = Map.of("JWT_SECRET", SECRET, "ADMIN_API_KEY", API_KEY);

    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final long PATIENCE_SECONDS = 180;
    private static final Pattern READY = Pattern.compile(
            "Portcullis \\S+ is (?:ready|up)(?: at https?://[0-9.]+:(\\d+))?(?:, not ready: [^|]+)? \\| operators:"
                    + " http://([0-9.]+):(\\d+) \\| .*");

    private final JarProcess process;
    private final NodeConfig config;
    private final String host;
    private final int port;
    private final int adminPort;

    private ForkedNode(JarProcess process, NodeConfig config, Matcher ready) {
        this.process = process;
        this.config = config;
        this.port = Optional.ofNullable(ready.group(1)).map(Integer::parseInt).orElse(0);
        this.host = ready.group(2);
        this.adminPort = Integer.parseInt(ready.group(3));
    }

    /** Writes a configuration whose store is in the same folder. */
    public static Path configIn(Path folder) throws IOException {
        return Files.writeString(folder.resolve("node.json"), """
                {
                  "http": {"host": "127.0.0.1", "port": 0},
                  "admin": {"host": "127.0.0.1", "port": 0, "apiKey": {"$env": "ADMIN_API_KEY"}},
                  "tls": {"required": false},
                  "origin": {"allowed": ["http://localhost:*"], "missing": "allow"},
                  "auth": {"issuers": [{"algorithms": ["HS256"], "secret": {"$env": "JWT_SECRET"}}]},
                  "rooms": {"public": ["lobby", "room-1", "room-2"]},
                  "store": {"path": "%s"}
                }
                """.formatted(folder.resolve("store")));
    }

    /** The arguments of {@code run} for this configuration. */
    static List<String> arguments(Path config, String... sets) {
        List<String> arguments = new ArrayList<>(List.of("run", "-c", config.toString()));
        Arrays.stream(sets).forEach(set -> arguments.addAll(List.of("--set", set)));
        return arguments;
    }

    /** Starts a node and returns when it is ready. */
    static ForkedNode start(Path config, String... sets) throws Exception {
        return ready(JarProcess.start(ENVIRONMENT, arguments(config, sets)), config, sets);
    }

    /** Starts a node that is measured, and returns when it is ready. */
    static ForkedNode measured(Path config, String... sets) throws Exception {
        return ready(
                JarProcess.start(List.of(), JarProcess.LONG_LIVED, ENVIRONMENT, arguments(config, sets)), config, sets);
    }

    /** Starts a node whose limits no test reaches. */
    public static ForkedNode generous(Path config, String... sets) throws Exception {
        return generous(List.of(), config, sets);
    }

    /** @param within prefix of a command that runs the node elsewhere */
    public static ForkedNode generous(List<String> within, Path config, String... sets) throws Exception {
        List<String> all = new ArrayList<>(TestNode.GENEROUS);
        all.addAll(List.of(sets));
        String[] generous = all.toArray(String[]::new);
        return ready(JarProcess.start(within, ENVIRONMENT, arguments(config, generous)), config, generous);
    }

    private static ForkedNode ready(JarProcess process, Path config, String... sets) throws Exception {
        try {
            return awaited(process, config, sets);
        } catch (Exception | AssertionError broken) {
            process.close();
            throw broken;
        }
    }

    private static ForkedNode awaited(JarProcess process, Path config, String... sets) throws Exception {
        Matcher line = process.out()
                .await(printed -> READY.matcher(printed).matches(), PATIENCE_SECONDS)
                .map(READY::matcher)
                .orElseThrow(() -> new AssertionError(
                        "the node is not ready; it printed " + process.err().lines()));
        line.matches();
        NodeConfig known = ConfigFile.load(config, List.of(sets), ENVIRONMENT, NodeConfigReader::read)
                .fold(good -> good.value(), bad -> {
                    throw new AssertionError(bad.problems().toString());
                });
        ForkedNode node = new ForkedNode(process, known, line);
        node.awaitReadiness(200);
        return node;
    }

    public JarProcess process() {
        return process;
    }

    /** The address for clients of a node with an edge. */
    public URI ws() {
        return URI.create("ws://" + host + ":" + port + "/ws");
    }

    int port() {
        return port;
    }

    int adminPort() {
        return adminPort;
    }

    public String token(String user, String... rooms) {
        return token(user, Role.MEMBER, Duration.ofMinutes(10), rooms);
    }

    public String token(String user, Role role, Duration ttl, String... rooms) {
        return new TokenSigner(config.auth().tokens().issuers().get(0), System::currentTimeMillis)
                .mint(user, role, List.of(rooms), Optional.empty(), ttl);
    }

    /** Connects with a token and returns after {@code auth_success}. */
    public JdkPeer enter(String user, String... rooms) {
        JdkPeer peer = JdkPeer.admitted(ws(), token(user, rooms));
        peer.next("auth_success");
        return peer;
    }

    HttpResponse<String> admin(String path, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://" + host + ":" + adminPort + path))
                .timeout(Duration.ofSeconds(30));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    /** Revokes as an operator, and returns the status. */
    public int revoke(String body) throws Exception {
        return post("/admin/revocations", body);
    }

    /** Bans as an operator, and returns the status. */
    public int ban(String body) throws Exception {
        return post("/admin/bans", body);
    }

    private int post(String path, String body) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://" + host + ":" + adminPort + path))
                .timeout(Duration.ofSeconds(10))
                .headers("Authorization", "Bearer " + API_KEY, "Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        return HTTP.send(request, HttpResponse.BodyHandlers.ofString()).statusCode();
    }

    /** Returns when {@code /health/ready} answers with this status. */
    public void awaitReadiness(int status) throws Exception {
        if (!reachesReadiness(status)) {
            throw new AssertionError("it exited before readiness became " + status + "; it printed "
                    + process.err().lines());
        }
    }

    /** Whether readiness becomes this before the process exits. */
    public boolean reachesReadiness(int status) throws Exception {
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (readiness() != status) {
            if (process.endsWithin(20)) {
                return false;
            }
            if (System.nanoTime() - until > 0) {
                throw new AssertionError("readiness did not become " + status + "; it printed "
                        + process.err().lines());
            }
        }
        return true;
    }

    private int readiness() throws Exception {
        try {
            return admin("/health/ready").statusCode();
        } catch (IOException notAnswering) { // not yet, or on a busy machine
            return 0;
        }
    }

    /** How many nodes of the cluster it reaches, itself included; 0 if it doesn't answer. */
    public int nodesReached() throws Exception {
        try {
            return (int) metric("portcullis_cluster_nodes").orElse(0);
        } catch (IOException notAnswering) {
            return 0;
        }
    }

    /** The value of a metric without labels; empty if the node has none of this name. */
    public OptionalDouble metric(String name) throws Exception {
        return admin("/metrics", "Authorization", "Bearer " + API_KEY)
                .body()
                .lines()
                .filter(line -> line.startsWith(name + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
                .findFirst();
    }

    /** What operators see of the node at one look. */
    public JsonObject statistics() throws Exception {
        return new JsonObject(
                admin("/admin/stats", "Authorization", "Bearer " + API_KEY).body());
    }

    public void kill() {
        process.kill();
    }

    /** Sends SIGTERM and returns the result of the process. */
    public JarProcess.ExitResult stop() throws Exception {
        process.terminate();
        return process.ended();
    }

    @Override
    public void close() {
        process.close();
    }
}
