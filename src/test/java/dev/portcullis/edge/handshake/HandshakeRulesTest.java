package dev.portcullis.edge.handshake;

import static dev.portcullis.edge.handshake.HandshakeRefusal.DRAINING;
import static dev.portcullis.edge.handshake.HandshakeRefusal.HEADER;
import static dev.portcullis.edge.handshake.HandshakeRefusal.INSECURE;
import static dev.portcullis.edge.handshake.HandshakeRefusal.MALFORMED;
import static dev.portcullis.edge.handshake.HandshakeRefusal.NOT_AN_UPGRADE;
import static dev.portcullis.edge.handshake.HandshakeRefusal.ORIGIN;
import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.http.AllowedOrigin;
import dev.portcullis.http.HeaderRule;
import dev.portcullis.http.OriginConfig;
import dev.portcullis.http.OriginConfig.Missing;
import dev.portcullis.http.OriginRule;
import dev.portcullis.http.RequiredHeadersConfig;
import io.vertx.core.MultiMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HandshakeRulesTest {
    private static final String OURS = "https://chat.example.com";

    private boolean draining;
    private boolean wellFormed = true;

    @Test
    void each_row_is_asked_only_when_those_before_it_are_content() {
        HandshakeRules rules = rules(true, Missing.REJECT);
        draining = true;
        assertThat(rules.judge(knock(false, false, "", List.of(), HandshakeCredential.None.NOTHING)))
                .contains(INSECURE);
        assertThat(rules.judge(knock(true, false, "", List.of(), HandshakeCredential.None.NOTHING)))
                .contains(DRAINING);
        draining = false;
        assertThat(rules.judge(knock(true, false, "", List.of(), HandshakeCredential.None.NOTHING)))
                .contains(ORIGIN);
        assertThat(rules.judge(knock(true, false, "", List.of(OURS), HandshakeCredential.None.NOTHING)))
                .contains(HEADER);
        wellFormed = false;
        assertThat(rules.judge(knock(true, false, "eu", List.of(OURS), HandshakeCredential.None.NOTHING)))
                .contains(MALFORMED);
        wellFormed = true;
        assertThat(rules.judge(knock(true, false, "eu", List.of(OURS), HandshakeCredential.None.NOTHING)))
                .contains(NOT_AN_UPGRADE);
        assertThat(rules.judge(knock(true, true, "eu", List.of(OURS), HandshakeCredential.None.NOTHING)))
                .isEmpty();
    }

    @Test
    void without_tls_required_nobody_asks_for_it() {
        assertThat(rules(false, Missing.REJECT)
                        .judge(knock(false, true, "eu", List.of(OURS), HandshakeCredential.None.NOTHING)))
                .isEmpty();
    }

    @Test
    void a_token_makes_up_for_a_missing_origin_only_where_the_operator_says_so() {
        HandshakeCredential token = new HandshakeCredential.Token("t");
        assertThat(rules(true, Missing.ALLOW_WITH_BEARER).judge(knock(true, true, "eu", List.of(), token)))
                .isEmpty();
        assertThat(rules(true, Missing.ALLOW_WITH_BEARER)
                        .judge(knock(true, true, "eu", List.of(), HandshakeCredential.None.NOTHING)))
                .contains(ORIGIN);
        assertThat(rules(true, Missing.REJECT).judge(knock(true, true, "eu", List.of(), token)))
                .contains(ORIGIN);
        assertThat(rules(true, Missing.ALLOW_WITH_BEARER)
                        .judge(knock(true, true, "eu", List.of("https://evil.example"), token)))
                .as("nor for a foreign one")
                .contains(ORIGIN);
    }

    private HandshakeRules rules(boolean tls, Missing missing) {
        return new HandshakeRules(
                tls,
                () -> draining,
                new OriginRule(
                        new OriginConfig(List.of(AllowedOrigin.parse(OURS).orElseThrow()), missing)),
                new RequiredHeadersConfig(Map.of("X-Edge", new HeaderRule.Exactly("eu"))));
    }

    private UpgradeRequest knock(
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
                0);
    }
}
