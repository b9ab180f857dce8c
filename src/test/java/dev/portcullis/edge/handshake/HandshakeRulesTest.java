package dev.portcullis.edge.handshake;

import static dev.portcullis.edge.handshake.HandshakeRefusal.DRAINING;
import static dev.portcullis.edge.handshake.HandshakeRefusal.HEADER;
import static dev.portcullis.edge.handshake.HandshakeRefusal.INSECURE;
import static dev.portcullis.edge.handshake.HandshakeRefusal.MALFORMED;
import static dev.portcullis.edge.handshake.HandshakeRefusal.NOT_AN_UPGRADE;
import static dev.portcullis.edge.handshake.HandshakeRefusal.ORIGIN;
import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.auth.session.CredentialSource;
import dev.portcullis.config.Live;
import dev.portcullis.edge.session.PresentedToken;
import dev.portcullis.http.AllowedOrigin;
import dev.portcullis.http.OriginConfig;
import dev.portcullis.http.OriginConfig.Missing;
import dev.portcullis.http.OriginRule;
import dev.portcullis.http.RequiredHeadersConfig;
import dev.portcullis.http.RequiredHeadersConfig.HeaderRule;
import io.vertx.core.MultiMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class HandshakeRulesTest {
    private static final String OURS = "https://chat.example.com";

    private boolean draining;
    private boolean wellFormed = true;

    @Test
    void first_failed_check_decides_the_refusal() {
        HandshakeRules rules = rules(true, Missing.REJECT);
        draining = true;
        assertThat(rules.judge(request(false, false, "", List.of(), HandshakeCredential.None.NONE)))
                .contains(INSECURE);
        assertThat(rules.judge(request(true, false, "", List.of(), HandshakeCredential.None.NONE)))
                .contains(DRAINING);
        draining = false;
        assertThat(rules.judge(request(true, false, "", List.of(), HandshakeCredential.None.NONE)))
                .contains(ORIGIN);
        assertThat(rules.judge(request(true, false, "", List.of(OURS), HandshakeCredential.None.NONE)))
                .contains(HEADER);
        wellFormed = false;
        assertThat(rules.judge(request(true, false, "eu", List.of(OURS), HandshakeCredential.None.NONE)))
                .contains(MALFORMED);
        wellFormed = true;
        assertThat(rules.judge(request(true, false, "eu", List.of(OURS), HandshakeCredential.None.NONE)))
                .contains(NOT_AN_UPGRADE);
        assertThat(rules.judge(request(true, true, "eu", List.of(OURS), HandshakeCredential.None.NONE)))
                .isEmpty();
    }

    @Test
    void plaintext_request_passes_if_tls_is_not_required() {
        assertThat(rules(false, Missing.REJECT)
                        .judge(request(false, true, "eu", List.of(OURS), HandshakeCredential.None.NONE)))
                .isEmpty();
    }

    @Test
    void missing_origin_with_token_passes_only_under_allow_with_bearer() {
        HandshakeCredential token = token(CredentialSource.HEADER);
        assertThat(rules(true, Missing.ALLOW_WITH_BEARER).judge(request(true, true, "eu", List.of(), token)))
                .isEmpty();
        assertThat(rules(true, Missing.ALLOW_WITH_BEARER)
                        .judge(request(true, true, "eu", List.of(), HandshakeCredential.None.NONE)))
                .contains(ORIGIN);
        assertThat(rules(true, Missing.REJECT).judge(request(true, true, "eu", List.of(), token)))
                .contains(ORIGIN);
        assertThat(rules(true, Missing.ALLOW_WITH_BEARER)
                        .judge(request(true, true, "eu", List.of("https://evil.example"), token)))
                .as("a token does not excuse a foreign origin")
                .contains(ORIGIN);
    }

    @Test
    void missing_origin_with_a_token_in_a_cookie_is_refused() {
        HandshakeRules rules = rules(true, Missing.ALLOW_WITH_BEARER);
        assertThat(rules.judge(request(true, true, "eu", List.of(), token(CredentialSource.COOKIE))))
                .contains(ORIGIN);
        assertThat(rules.judge(request(true, true, "eu", List.of(), token(CredentialSource.QUERY))))
                .isEmpty();
        assertThat(rules.judge(request(true, true, "eu", List.of(), new HandshakeCredential.Conflicting(false))))
                .contains(ORIGIN);
        assertThat(rules.judge(request(true, true, "eu", List.of(), new HandshakeCredential.Conflicting(true))))
                .as("its client learns that the tokens differ")
                .isEmpty();
    }

    private static HandshakeCredential token(CredentialSource source) {
        return new HandshakeCredential.Token(new PresentedToken("t", source, Optional.empty()));
    }

    private HandshakeRules rules(boolean tls, Missing missing) {
        return new HandshakeRules(
                tls,
                () -> draining,
                new OriginRule(Live.fixed(
                        new OriginConfig(List.of(AllowedOrigin.parse(OURS).orElseThrow()), missing))),
                new RequiredHeadersConfig(Map.of("X-Edge", new HeaderRule.Exactly("eu"))));
    }

    private UpgradeRequest request(
            boolean secure, boolean standard, String edge, List<String> origins, HandshakeCredential credential) {
        MultiMap headers = MultiMap.caseInsensitiveMultiMap();
        if (!edge.isEmpty()) {
            headers.add("X-Edge", edge);
        }
        return new UpgradeRequest(
                secure,
                wellFormed,
                standard,
                origins,
                headers,
                "192.0.2.1",
                List.of("192.0.2.1"),
                new OfferedSubprotocols(List.of()),
                credential,
                0,
                Optional.empty());
    }
}
