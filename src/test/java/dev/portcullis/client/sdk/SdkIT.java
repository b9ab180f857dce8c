package dev.portcullis.client.sdk;

import dev.portcullis.kit.PrivateAuthority;
import dev.portcullis.kit.TestNode;
import dev.portcullis.kit.program.NodeProgram;
import dev.portcullis.protocol.Role;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The JavaScript client in Node.js and in a browser, where they are installed. */
@ExtendWith(VertxExtension.class)
class SdkIT {
    @TempDir
    Path folder;

    @Test
    void client_on_nodejs_passes_every_frame_close_code_and_fault_of_a_scripted_server() throws Exception {
        assertPasses("sdk.test.mjs", Map.of());
    }

    @Test
    void client_on_nodejs_trusts_only_certificates_that_are_verified() throws Exception {
        PrivateAuthority authority = PrivateAuthority.in(folder);
        PrivateAuthority.Issued issued = authority.issueFor("localhost");
        assertPasses(
                "tls.test.mjs",
                Map.of(
                        "CA", authority.certificate().toString(),
                        "CERT", issued.certificate().toString(),
                        "KEY", issued.key().toString()));
    }

    @ParameterizedTest
    @EnumSource(SdkRuntime.class)
    void users_talk_through_cuts_restarts_and_expiry(SdkRuntime runtime, Vertx vertx) throws Exception {
        runtime.assumeInstalled();
        try (SdkStage stage = new SdkStage(vertx, new NodeWithDefaults(folder.resolve("store")), "scenarios.mjs")) {
            stage.assertEachPasses(runtime, folder);
        }
    }

    /** A node with the limits of {@code conf/dev.json}. */
    private static final class NodeWithDefaults implements StagedNode {
        private final String store;
        private TestNode node;

        NodeWithDefaults(Path store) {
            this.store = "store.path=" + store;
            this.node = TestNode.start(this.store);
        }

        @Override
        public int port() {
            return node.port();
        }

        @Override
        public String token(String user, Duration life) {
            return node.token(user, Role.MEMBER, life);
        }

        @Override
        public void restart() {
            node.close();
            node = TestNode.start(store);
        }

        @Override
        public void close() {
            node.close();
        }
    }

    private void assertPasses(String file, Map<String, String> environment) throws Exception {
        String printed =
                NodeProgram.passTests(folder, SdkRuntime.TESTS.resolve(file), SdkRuntime.environment(environment));
        printed.lines().filter(line -> line.contains("not installed")).forEach(System.out::println);
    }
}
