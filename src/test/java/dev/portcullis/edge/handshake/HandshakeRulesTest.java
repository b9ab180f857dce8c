package dev.portcullis.edge.handshake;

import static dev.portcullis.edge.handshake.HandshakeRefusal.DRAINING;
import static dev.portcullis.edge.handshake.HandshakeRefusal.HEADER;
import static dev.portcullis.edge.handshake.HandshakeRefusal.INSECURE;
import static dev.portcullis.edge.handshake.HandshakeRefusal.MALFORMED;
import static dev.portcullis.edge.handshake.HandshakeRefusal.NOT_AN_UPGRADE;
import static dev.portcullis.edge.handshake.HandshakeRefusal.ORIGIN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

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
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class HandshakeRulesTest {
    private static final String OURS = "https://chat.example.com";

    private static final HandshakeCredential NO_TOKEN = HandshakeCredential.None.NONE;

    private boolean draining;
    private boolean wellFormed = true;

    @Test
    void first_failed_check_decides_the_refusal() {
        HandshakeRules rules = rules(true, Missing.REJECT);
        List<String> none = List.of();
        draining = true;
        assertThat(rules.judge(request(false, false, "", none, NO_TOKEN))).contains(INSECURE);
        assertThat(rules.judge(request(true, false, "", none, NO_TOKEN))).contains(DRAINING);

        draining = false;
        assertThat(rules.judge(request(true, false, "", none, NO_TOKEN))).contains(ORIGIN);
        assertThat(rules.judge(request(true, false, "", List.of(OURS), NO_TOKEN)))
                .contains(HEADER);

        wellFormed = false;
        assertThat(rules.judge(request(true, false, "eu", List.of(OURS), NO_TOKEN)))
                .contains(MALFORMED);

        wellFormed = true;
        assertThat(rules.judge(request(true, false, "eu", List.of(OURS), NO_TOKEN)))
                .contains(NOT_AN_UPGRADE);
        assertThat(rules.judge(request(true, true, "eu", List.of(OURS), NO_TOKEN)))
                .isEmpty();
    }

    @Test
    void plaintext_request_passes_if_tls_is_not_required() {
        assertThat(rules(false, Missing.REJECT).judge(request(false, true, "eu", List.of(OURS), NO_TOKEN)))
                .isEmpty();
    }

    static Stream<Arguments> originsAndCredentials() {
        HandshakeCredential header = token(CredentialSource.HEADER);
        return Stream.of(
                arguments("a token instead", Missing.ALLOW_WITH_BEARER, "", header, true),
                arguments("in the query", Missing.ALLOW_WITH_BEARER, "", token(CredentialSource.QUERY), true),
                arguments("no token", Missing.ALLOW_WITH_BEARER, "", NO_TOKEN, false),
                arguments("not allowed", Missing.REJECT, "", header, false),
                arguments("a foreign origin", Missing.ALLOW_WITH_BEARER, "https://evil.example", header, false),
                arguments("in a cookie", Missing.ALLOW_WITH_BEARER, "", token(CredentialSource.COOKIE), false),
                arguments(
                        "two cookies",
                        Missing.ALLOW_WITH_BEARER,
                        "",
                        new HandshakeCredential.Conflicting(false),
                        false),
                arguments("told so", Missing.ALLOW_WITH_BEARER, "", new HandshakeCredential.Conflicting(true), true));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("originsAndCredentials")
    void origin_may_be_missing_only_beside_a_token_outside_a_cookie(
            String any, Missing missing, String origin, HandshakeCredential credential, boolean passes) {
        List<String> origins = origin.isEmpty() ? List.of() : List.of(origin);
        assertThat(rules(true, missing).judge(request(true, true, "eu", origins, credential)))
                .isEqualTo(passes ? Optional.empty() : Optional.of(ORIGIN));
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
