package dev.portcullis.kit;

import dev.portcullis.admin.ReloadRefusal;
import dev.portcullis.app.config.ConfigSource;
import dev.portcullis.app.config.NodeConfig;
import dev.portcullis.app.config.NodeConfigReader;
import dev.portcullis.app.node.Node;
import dev.portcullis.app.node.NodeName;
import dev.portcullis.app.node.ProcessEnd;
import dev.portcullis.auth.token.TokenSigner;
import dev.portcullis.bus.BusConfig;
import dev.portcullis.config.ConfigFile;
import dev.portcullis.config.Loaded;
import dev.portcullis.config.SettingChange;
import dev.portcullis.protocol.Result;
import dev.portcullis.protocol.Role;
import dev.portcullis.store.StoreConfig;
import dev.portcullis.store.embedded.EmbeddedStore;
import dev.portcullis.store.redis.RedisConfig;
import io.vertx.core.Vertx;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** A complete node in this JVM with {@code conf/dev.json}, on free ports. */
public final class TestNode implements TestServer {
    /** Settings with limits that no test reaches. */
    public static final List<String> GENEROUS = List.of(
            "http.requestsPerConnection=1000000",
            "http.requestsPerMinute=1000000",
            "ratelimit.user.burst=100000",
            "ratelimit.user.minute=1000000",
            "ratelimit.user.hour=10000000",
            "ratelimit.user.bytes=1000000000",
            "ratelimit.connection.minute=1000000",
            "ratelimit.handshakes.minute=100000",
            "ratelimit.login=100000",
            "anomaly.restrict=1000000",
            "anomaly.disconnect=1000000",
            "anomaly.address.ban=1000000",
            "ratelimit.loginFailures=100000",
            "ratelimit.actions={\"join\": 100000, \"history\": 100000, \"search\": 100000, \"typing_indicator\": 100000, \"read\": 100000,"
                    + " \"remove_user\": 100000, \"system_broadcast\": 100000, \"file_upload\": 100000, \"send-message\": 100000,"
                    + " \"block_list\": 100000, \"own_account\": 100000, \"file_download\": 100000}",
            "sessions.handshakesPerMinute=1000",
            "limits.connectionsPerIp=100000");

    /** Free ports, a temporary store, and one edge instance on any machine. */
    public static final List<String> HERE = List.of(
            "http.port=0",
            "admin.port=0",
            "drain.windowMs=0",
            "store.path=null",
            "store.fsync=false",
            "stages.edge=1",
            "uploads.kind=none");

    private static final long PATIENCE_MS = 30_000;
    private static final int PATIENT_REDIS_MS = 5_000;
    private static final Path FILE = Path.of("conf/dev.json");

    private final NodeConfig config;
    private final Node node;
    private final OperatorFile file;

    private TestNode(NodeConfig config, Node node, OperatorFile file) {
        this.config = config;
        this.node = node;
        this.file = file;
    }

    /** What the operator has written: a file with other settings on top of it, which are others when it is read again. */
    private record OperatorFile(
            Path path, Map<String, String> environment, List<String> first, AtomicReference<List<String>> sets) {
        static OperatorFile of(Path path, Map<String, String> environment, List<String> sets) {
            return new OperatorFile(path, environment, sets, new AtomicReference<>(sets));
        }

        Loaded<NodeConfig> read() {
            return ConfigFile.load(path, sets.get(), environment, NodeConfigReader::read);
        }

        Loaded.Valid<NodeConfig> valid() {
            return read().fold(good -> good, bad -> {
                throw new AssertionError(bad.problems().toString());
            });
        }
    }

    /**
     * Starts a node. Without a cluster and a Redis it waits for its stages however busy the machine is.
     *
     * @param sets additional settings, as {@code --set} takes them
     */
    public static TestNode start(String... sets) {
        return start(FILE, Map.of(), sets);
    }

    /**
     * Starts a node with another file.
     *
     * @param environment that the file may name
     */
    public static TestNode start(Path file, Map<String, String> environment, String... sets) {
        return start(
                EmbeddedStore::open,
                OperatorFile.of(file, environment, here(sets)),
                config -> answersAlone(config) ? patient(config) : config);
    }

    public static TestNode start(Node.StoreOpening opening, String... sets) {
        return start(opening, FILE, here(sets));
    }

    /** Starts a node with another file and no other settings. */
    public static TestNode start(Node.StoreOpening opening, Path file, List<String> sets) {
        return start(opening, OperatorFile.of(file, Map.of(), sets), config -> config);
    }

    /** Deadlines of the bus that no busy machine exceeds. A configuration may not have them: answers must come in time. */
    public static BusConfig patient(BusConfig bus) {
        return new BusConfig(
                Math.max(PATIENCE_MS, bus.deadlineMs()),
                bus.inFlight(),
                bus.inFlightPerNode(),
                bus.breaker(),
                bus.link(),
                PATIENCE_MS);
    }

    private static List<String> here(String... sets) {
        List<String> all = new ArrayList<>(HERE);
        all.addAll(List.of(sets));
        return all;
    }

    /** Closes them at the same time: one after the other, each waits for the others to take over what it had. */
    public static void close(List<TestNode> nodes) {
        List<Thread> closing =
                nodes.stream().map(node -> new Thread(node::close)).toList();
        closing.forEach(Thread::start);
        for (Thread each : closing) {
            try {
                each.join();
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private static boolean answersAlone(NodeConfig config) {
        return !config.cluster().enabled() && config.store().kind() == StoreConfig.Kind.EMBEDDED;
    }

    private static RedisConfig patient(RedisConfig redis) {
        return new RedisConfig(
                redis.topology(),
                redis.endpoints(),
                redis.credentials(),
                redis.masterName(),
                redis.sentinelCredentials(),
                redis.tls(),
                PATIENT_REDIS_MS,
                redis.connectMs(),
                redis.waiting(),
                redis.limit(),
                redis.reconnect(),
                redis.acks());
    }

    private static NodeConfig patient(NodeConfig config) {
        return new NodeConfig(
                config.dev(),
                config.stages(),
                config.http(),
                config.tls(),
                config.origin(),
                config.handshake(),
                config.edge(),
                config.auth(),
                config.csrf(),
                config.accounts(),
                config.sessions(),
                config.ratelimit(),
                config.bans(),
                config.anomaly(),
                config.stuffing(),
                config.reputation(),
                config.rooms(),
                config.permissions(),
                config.direct(),
                config.inboxes(),
                config.content(),
                config.broadcast(),
                config.streams(),
                config.retention(),
                config.archive(),
                config.postgres(),
                config.store(),
                patient(config.redis()),
                patient(config.bus()),
                config.cluster(),
                config.audit(),
                config.pseudonymSecret(),
                config.auditFile(),
                config.log(),
                config.tracing(),
                config.admin(),
                config.watchdog(),
                config.workers(),
                config.uploads(),
                config.hooks(),
                config.events(),
                config.nodeName());
    }

    private static TestNode start(Node.StoreOpening opening, OperatorFile file, UnaryOperator<NodeConfig> waits) {
        Loaded.Valid<NodeConfig> first = file.valid();
        NodeConfig config = waits.apply(first.value());
        ConfigSource source =
                new ConfigSource(new Loaded.Valid<>(config, first.settings(), first.withoutEffect()), file::read);
        try {
            Node node = Node.start(source, opening, ProcessEnd.NONE, NodeName.of(config));
            return new TestNode(config, node, file);
        } catch (Exception broken) {
            throw new AssertionError(broken);
        }
    }

    /** The configuration that the operator has written meanwhile, as {@link #start} takes it. */
    public static NodeConfig edited(String... sets) {
        return OperatorFile.of(FILE, Map.of(), here(sets)).valid().value();
    }

    /** Has the node read its configuration again, in which these settings are the additional ones now. */
    public Result<List<SettingChange>, ReloadRefusal> reload(String... sets) {
        edit(sets);
        return reload(false);
    }

    /** Has all nodes of the cluster, or this one alone, read what was {@link #edit written} last. */
    public Result<List<SettingChange>, ReloadRefusal> reload(boolean cluster) {
        try {
            return node.reload(cluster).await(PATIENCE_MS, TimeUnit.MILLISECONDS);
        } catch (Exception broken) {
            throw new AssertionError(broken);
        }
    }

    /** Writes these settings on top of those it started with. They count when the node reads its configuration again. */
    public void editOnTop(String... sets) {
        file.sets().set(Stream.concat(file.first().stream(), Stream.of(sets)).toList());
    }

    /** Writes these additional settings, which count when the node reads its configuration again. */
    public void edit(String... sets) {
        file.sets().set(here(sets));
    }

    /** Starts a node with limits that only tests of limits reach. */
    public static TestNode generous(String... sets) {
        List<String> all = new ArrayList<>(GENEROUS);
        all.addAll(List.of(sets));
        return start(all.toArray(String[]::new));
    }

    /**
     * Like {@link #generous}, with a Redis or other nodes, for tests in which none of them fails: it waits for them however
     * busy the machine is.
     */
    public static TestNode steady(String... sets) {
        List<String> all = new ArrayList<>(GENEROUS);
        all.addAll(List.of(sets));
        return start(
                EmbeddedStore::open,
                OperatorFile.of(FILE, Map.of(), here(all.toArray(String[]::new))),
                TestNode::patient);
    }

    /** For work on the event loops of the node. */
    public Vertx vertx() {
        return node.vertx();
    }

    @Override
    public URI ws() {
        return URI.create("ws://127.0.0.1:" + node.httpPort() + "/ws");
    }

    public int port() {
        return node.httpPort();
    }

    public URI http(String path) {
        return URI.create("http://127.0.0.1:" + node.httpPort() + path);
    }

    public URI admin(String path) {
        return URI.create("http://127.0.0.1:" + node.adminPort() + path);
    }

    @Override
    public String token(String user, String... rooms) {
        return token(user, Role.MEMBER, Duration.ofMinutes(10), rooms);
    }

    public String token(String user, Role role, Duration ttl, String... rooms) {
        return new TokenSigner(config.auth().tokens().issuers().get(0), System::currentTimeMillis)
                .mint(user, role, List.of(rooms), Optional.empty(), ttl);
    }

    @Override
    public void close() {
        node.close();
    }
}
