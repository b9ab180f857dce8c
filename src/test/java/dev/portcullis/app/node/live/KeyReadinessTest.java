package dev.portcullis.app.node.live;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.admin.Health.State;
import dev.portcullis.app.config.Configs;
import dev.portcullis.app.config.NodeConfig;
import dev.portcullis.app.config.NodeConfigReader;
import dev.portcullis.app.node.live.LiveSettings.KeyReadiness;
import dev.portcullis.audit.metrics.Metrics;
import dev.portcullis.auth.key.IssuerServer;
import dev.portcullis.auth.key.KeyOrigin.OfServer;
import dev.portcullis.auth.key.KeyRing;
import dev.portcullis.auth.key.KeysConfig;
import dev.portcullis.auth.key.TestKeys;
import dev.portcullis.auth.token.ClaimNames;
import dev.portcullis.auth.token.IssuerConfig;
import dev.portcullis.auth.token.TokenConfig;
import dev.portcullis.auth.token.TokenTrust;
import dev.portcullis.auth.token.Tokens;
import dev.portcullis.config.ConfigFile;
import dev.portcullis.config.Live;
import dev.portcullis.http.outgoing.OutgoingMetrics;
import dev.portcullis.http.outgoing.OutgoingUrl;
import dev.portcullis.kit.Await;
import dev.portcullis.protocol.Role;
import dev.portcullis.resilience.WorkerPool;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(VertxExtension.class)
class KeyReadinessTest {
    private WorkerPool workers;
    private KeyRing keys;
    private IssuerServer server;

    @BeforeEach
    void listen(Vertx vertx) throws Exception {
        workers = new WorkerPool(vertx, "worker", WorkerPool.Config.STANDARD, () -> {});
        keys = new KeyRing(vertx, workers, KeysConfig.STANDARD, Metrics.uncounted(), OutgoingMetrics.uncounted());
        server = new IssuerServer(vertx);
    }

    @AfterEach
    void close() throws Exception {
        keys.close();
        workers.close();
    }

    @Test
    void node_whose_only_issuer_was_never_read_is_down_until_it_is() throws Exception {
        KeyReadiness readiness = readiness(fetched());
        assertThat(readiness.get()).isEqualTo(State.DOWN);

        server.put("/jwks", "{\"keys\":[" + TestKeys.of("ES256", "k").jwk("") + "]}");
        assertThat(Await.until(() -> readiness.get() == State.UP)).isTrue();
    }

    @Test
    void node_with_another_issuer_is_degraded() throws Exception {
        assertThat(readiness(Tokens.issuer(), fetched()).get()).isEqualTo(State.DEGRADED);
    }

    @Test
    void node_without_issuers_or_with_secrets_alone_is_up() throws Exception {
        assertThat(readiness().get()).isEqualTo(State.UP);
        assertThat(readiness(Tokens.issuer()).get()).isEqualTo(State.UP);
    }

    @Test
    void node_without_the_stage_auth_does_not_depend_on_issuers() throws Exception {
        NodeConfig edge = ConfigFile.load(
                        Configs.empty(),
                        List.of(
                                "stages={\"edge\": 1}",
                                "store.kind=redis",
                                "cluster={\"enabled\": true, \"members\": [\"127.0.0.1\"]}",
                                "auth.issuers=[{\"audience\": \"chat\", \"jwks\": \"" + server.url("/jwks") + "\"}]"),
                        Map.of(),
                        NodeConfigReader::read)
                .fold(loaded -> loaded.value(), bad -> {
                    throw new AssertionError(bad.problems());
                });

        LiveSettings live = LiveSettings.open(keys, edge).await(30, TimeUnit.SECONDS);

        assertThat(edge.auth().tokens().issuers()).hasSize(1);
        assertThat(live.keyReadiness().get()).isEqualTo(State.UP);
        assertThat(keys.state()).isEqualTo(KeyRing.State.FRESH);
    }

    private KeyReadiness readiness(IssuerConfig... issuers) throws Exception {
        TokenConfig config = Tokens.config(issuers);
        return new KeyReadiness(keys, Live.fixed(TokenTrust.open(keys, config).await(30, TimeUnit.SECONDS)));
    }

    private IssuerConfig fetched() {
        String url = server.url("/jwks");
        OfServer origin =
                new OfServer(OfServer.Kind.JWKS, url, OutgoingUrl.parse(url).orElseThrow(), Set.of(), Set.of());
        return new IssuerConfig(
                origin.defaultAlgorithms(),
                origin,
                Optional.empty(),
                Optional.of("chat"),
                "t:",
                Role.MEMBER,
                false,
                ClaimNames.STANDARD,
                Map.of(),
                false);
    }
}
