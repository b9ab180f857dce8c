package dev.portcullis.edge.handshake;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.auth.token.Tokens;
import dev.portcullis.kit.DevToken;
import dev.portcullis.kit.RawPeer;
import dev.portcullis.kit.TestNode;
import org.junit.jupiter.api.Test;

/** Tokens of an issuer whose server does not answer. */
class UnverifiableTokenTest {
    private static final int ATTEMPTS = 3;
    private static final String ISSUERS = "auth.issuers=["
            + "{\"secret\": \"dev-only-secret-known-to-everybody-who-reads-this\", \"userPrefix\": \"own:\"},"
            + "{\"jwks\": \"http://127.0.0.1:1/jwks\", \"issuer\": \"gone\", \"audience\": \"chat\","
            + " \"userPrefix\": \"gone:\"}]";

    @Test
    void token_that_can_not_be_verified_counts_against_its_address_only() {
        try (TestNode node = TestNode.start(ISSUERS, "ratelimit.handshakes.minute=" + ATTEMPTS)) {
            for (int i = 0; i < ATTEMPTS; i++) {
                assertThat(status(node, unknown(i))).isEqualTo(503);
            }
            assertThat(status(node, unknown(ATTEMPTS))).isEqualTo(429);
            assertThat(status(node, DevToken.of("ann").signed()))
                    .as("a valid token from the same address")
                    .isEqualTo(101);
        }
    }

    private static int status(TestNode node, String token) {
        try (RawPeer peer = RawPeer.to(node.port())) {
            return peer.upgrade("Authorization: Bearer " + token).status();
        }
    }

    private static String unknown(int key) {
        return Tokens.signed(
                "{\"alg\":\"RS256\",\"kid\":\"" + key + "\"}",
                DevToken.of("eve")
                        .with("iss", "gone")
                        .with("aud", "chat")
                        .claims()
                        .encode(),
                "any");
    }
}
