package dev.portcullis.store.redis;

import static dev.portcullis.store.redis.RedisFixture.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.Await;
import dev.portcullis.kit.RedisConsole;
import dev.portcullis.kit.RedisProcess;
import dev.portcullis.kit.SelfSigned;
import dev.portcullis.store.StoreOpenException;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.junit5.VertxExtension;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(VertxExtension.class)
class RedisOpeningTest {
    /** The rights that the store's user needs, and no more; the documentation says the same. */
    private static final String ACL = "~pc:* -@all +@read +@write -@dangerous +evalsha +script|load +info +time"
            + " +cluster|slots +asking +wait";

    private static final Pattern CALLED = Pattern.compile("redis\\.p?call\\(\\s*['\"](\\w+)['\"]");

    private Vertx vertx;

    @TempDir
    private Path folder;

    @BeforeEach
    void begin(Vertx vertx) {
        this.vertx = vertx;
    }

    @Test
    void opening_without_redis_names_the_address_it_tried() {
        RedisProcess stopped = RedisProcess.start();
        stopped.close();
        assertThat(refusal("{'uri': '" + stopped.uri() + "'}"))
                .isEqualTo("Redis at 127.0.0.1:" + stopped.port()
                        + " does not answer; start it, or correct store.redis.uri");
    }

    @Test
    void opening_at_a_hanging_redis_times_out() {
        try (RedisProcess redis = RedisProcess.start()) {
            redis.pause();
            assertThat(refusal("{'uri': '" + redis.uri() + "', 'connectMs': 200}"))
                    .isEqualTo(
                            "Redis at 127.0.0.1:" + redis.port() + " did not answer in time; see whether it is paused,"
                                    + " overloaded or behind a slow network, or raise store.redis.connectMs");
        }
    }

    @Test
    void wrong_or_missing_password_is_refused_and_the_right_one_works() throws Exception {
        try (RedisProcess redis = RedisProcess.start("--requirepass", "right")) {
            String refused = "Redis at 127.0.0.1:" + redis.port()
                    + " refuses us; correct store.redis.user and store.redis.password";
            assertThat(refusal("{'uri': '" + redis.uri() + "'}")).isEqualTo(refused);
            assertThat(refusal("{'uri': '" + redis.uri() + "', 'password': 'wrong'}"))
                    .isEqualTo(refused);
            works("{'uri': '" + redis.uri() + "', 'password': 'right'}");
            works("{'uri': 'redis://:right@127.0.0.1:" + redis.port() + "'}");
        }
    }

    @Test
    void user_with_the_documented_rights_is_sufficient() throws Exception {
        try (RedisProcess redis = withUser(ACL)) {
            works("{'uri': '" + redis.uri() + "', 'user': 'chat', 'password': 'secret'}");
        }
    }

    /** A script that needs more rights would work in tests, where the user has all rights, but fail in production. */
    @Test
    void commands_of_all_scripts_are_covered_by_the_documented_rights() throws IOException {
        try (RedisProcess redis = RedisProcess.start()) {
            RedisConsole console = new RedisConsole(redis);
            Set<String> allowed = new TreeSet<>(commands(console, "read"));
            allowed.addAll(commands(console, "write"));
            allowed.removeAll(commands(console, "dangerous"));
            allowed.addAll(Set.of("info", "time"));
            assertThat(called()).isNotEmpty().isSubsetOf(allowed);
        }
    }

    @Test
    void documented_rights_are_sufficient_to_wait_for_replicas() throws Exception {
        try (RedisProcess redis = withUser(ACL)) {
            works("{'uri': '" + redis.uri() + "', 'user': 'chat', 'password': 'secret', 'ackReplicas': 1}");
        }
    }

    @Test
    void user_who_may_not_wait_for_replicas_is_refused_where_acks_need_them() {
        try (RedisProcess redis = withUser(ACL.replace(" +wait", ""))) {
            assertThat(refusal(
                            "{'uri': '" + redis.uri() + "', 'user': 'chat', 'password': 'secret', 'ackReplicas': 1}"))
                    .contains("does not permit our user the commands that are needed; correct its ACL");
        }
    }

    @Test
    void user_with_too_few_rights_is_refused_with_a_hint_to_the_acl() {
        try (RedisProcess redis = withUser("~pc:* -@all +evalsha")) {
            assertThat(refusal("{'uri': '" + redis.uri() + "', 'user': 'chat', 'password': 'secret'}"))
                    .isEqualTo("Redis at 127.0.0.1:" + redis.port()
                            + " does not permit our user the commands that are needed; correct its ACL");
        }
    }

    @Test
    void replica_is_refused() {
        try (RedisProcess master = RedisProcess.start();
                RedisProcess replica = RedisProcess.start("--replicaof", "127.0.0.1", "" + master.port())) {
            assertThat(refusal("{'uri': '" + replica.uri() + "'}"))
                    .isEqualTo("Redis at 127.0.0.1:" + replica.port()
                            + " is a replica; store.redis.uri must name a master");
        }
    }

    @Test
    void master_is_chosen_among_several_servers() throws Exception {
        try (RedisProcess master = RedisProcess.start();
                RedisProcess replica = RedisProcess.start("--replicaof", "127.0.0.1", "" + master.port())) {
            works("{'uri': 'redis://127.0.0.1:" + replica.port() + ",127.0.0.1:" + master.port() + "'}");
        }
    }

    @Test
    void wrong_topology_is_refused() {
        try (RedisProcess alone = RedisProcess.start();
                RedisProcess node = RedisProcess.start("--cluster-enabled", "yes")) {
            assertThat(refusal("{'uri': '" + node.uri() + "'}"))
                    .isEqualTo("Redis at 127.0.0.1:" + node.port()
                            + " is one node of a Redis Cluster; set store.redis.topology to cluster");
            assertThat(refusal("{'uri': '" + alone.uri() + "', 'topology': 'cluster'}"))
                    .isEqualTo("Redis at 127.0.0.1:" + alone.port()
                            + " is not a node of a Redis Cluster; correct store.redis.topology");
            assertThat(refusal("{'uri': '" + alone.uri() + "', 'topology': 'sentinel', 'masterName': 'chat'}"))
                    .isEqualTo("Redis at 127.0.0.1:" + alone.port() + " is no sentinel; correct store.redis.topology");
            assertThat(refusal("{'uri': '" + node.uri() + "', 'topology': 'cluster'}"))
                    .contains("has slots without a master");
        }
    }

    /** Evicted data was acknowledged. */
    @Test
    void redis_with_an_eviction_policy_is_unhealthy_until_it_is_changed() throws Exception {
        try (RedisProcess redis = RedisProcess.start("--maxmemory-policy", "allkeys-lru")) {
            RedisStore store = await(RedisFixture.open(vertx, "{'uri': '" + redis.uri() + "'}"));
            assertThat(store.healthy()).isFalse();
            new RedisConsole(redis).ask("CONFIG", "SET", "maxmemory-policy", "noeviction");
            assertThat(Await.until(store::healthy)).isTrue();
        }
    }

    @Test
    void tls_works_only_with_a_trusted_certificate_for_the_host() throws Exception {
        SelfSigned identity = SelfSigned.in(folder);
        try (RedisProcess redis = RedisProcess.start("--requirepass", "right")) {
            String uri =
                    "rediss://:right@127.0.0.1:" + tlsProxy(identity, redis).actualPort();
            String ca = identity.certificate().toString();
            works(tls(uri, ca));
            works(tls(uri, Files.readString(identity.certificate()).replace("\n", "\\n")));
            assertThat(refusal("{'uri': '" + uri + "'}")).contains("can't prove its identity");
            assertThat(refusal(tls(uri.replace("127.0.0.1", "localhost"), ca))).contains("can't prove its identity");
            Path deleted = Files.copy(identity.certificate(), folder.resolve("deleted.pem"));
            RedisConfig config = RedisFixture.config(patient(tls(uri, deleted.toString())));
            Files.delete(deleted);
            assertThat(refusal(config)).contains("a file that store.redis.tls names can't be read");
        }
    }

    /** A proxy before Redis may start after this node. */
    @Test
    void handshake_that_is_cut_off_is_repeated_and_one_that_can_not_succeed_is_not() throws Exception {
        SelfSigned identity = SelfSigned.in(folder);
        String ca = identity.certificate().toString();
        NetServer cutting = listen(new NetServerOptions(), socket -> socket.handler(hello -> socket.close()));
        NetServer plain = listen(new NetServerOptions(), socket -> socket.write("-ERR no TLS here"));
        PemTrustOptions trusted = new PemTrustOptions().addCertPath(ca);
        NetServerOptions strict =
                secure(identity).setClientAuth(ClientAuth.REQUIRED).setTrustOptions(trusted);
        NetServer asking = listen(strict, socket -> {});

        StoreOpenException cut = opening(cutting, ca);
        assertThat(cut.isTemporary()).isTrue();
        assertThat(cut).hasMessageContaining("did not complete the TLS handshake");
        assertThat(List.of(opening(plain, ca), opening(asking, ca))).allSatisfy(lasting -> {
            assertThat(lasting.isTemporary()).isFalse();
            assertThat(lasting).hasMessageContaining("correct store.redis.tls");
        });
    }

    private StoreOpenException opening(NetServer server, String ca) {
        return opening(RedisFixture.config(patient(tls("rediss://127.0.0.1:" + server.actualPort(), ca))));
    }

    private NetServer listen(NetServerOptions options, Handler<NetSocket> onConnected) throws Exception {
        return await(vertx.createNetServer(options).connectHandler(onConnected).listen(0, "127.0.0.1"));
    }

    private static NetServerOptions secure(SelfSigned identity) {
        return new NetServerOptions()
                .setSsl(true)
                .setKeyCertOptions(new PemKeyCertOptions()
                        .addCertPath(identity.certificate().toString())
                        .addKeyPath(identity.key().toString()));
    }

    private static String tls(String uri, String ca) {
        return "{'uri': '" + uri + "', 'tls': {'ca': '" + ca + "'}}";
    }

    /** The Redis of the tests is built without TLS. */
    private NetServer tlsProxy(SelfSigned identity, RedisProcess redis) throws Exception {
        var client = vertx.createNetClient();
        return listen(secure(identity), outside -> {
            outside.pause();
            client.connect(redis.port(), "127.0.0.1").onSuccess(inside -> {
                outside.pipeTo(inside);
                inside.pipeTo(outside);
            });
        });
    }

    private static RedisProcess withUser(String rights) {
        return RedisProcess.start(("--user chat on >secret " + rights).split(" "));
    }

    private void works(String json) throws Exception {
        RedisStore store = await(RedisFixture.open(vertx, patient(json)));
        assertThat(await(RedisFixture.count(store, 1)).toLong()).isPositive();
        assertThat(Await.until(store::healthy)).isTrue(); // a machine that paused has missed some probes
        await(store.close());
    }

    /** The first connection of a JVM is slow on a busy machine, above all with TLS. */
    private static String patient(String json) {
        return json.contains("connectMs") ? json : json.replaceFirst("}$", ", " + RedisFixture.PATIENT + "}");
    }

    private String refusal(String json) {
        return refusal(RedisFixture.config(patient(json)));
    }

    private String refusal(RedisConfig config) {
        return String.valueOf(opening(config).getMessage());
    }

    private StoreOpenException opening(RedisConfig config) {
        Future<RedisStore> opening = RedisStore.open(vertx, config, (operation, nanos) -> {});
        assertThat(RedisFixture.failed(opening)).isTrue();
        assertThat(opening.cause()).isInstanceOf(StoreOpenException.class);
        return (StoreOpenException) opening.cause();
    }

    private static Set<String> commands(RedisConsole console, String category) {
        return console.ask("ACL", "CAT", category).lines().collect(Collectors.toSet());
    }

    private static Set<String> called() throws IOException {
        try (Stream<Path> files = Files.walk(Path.of("src/main/resources"))) {
            return files.filter(file -> file.toString().endsWith(".lua"))
                    .flatMap(file -> CALLED.matcher(read(file)).results())
                    .map(call -> call.group(1).toLowerCase(Locale.ROOT))
                    .collect(Collectors.toCollection(TreeSet::new));
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
