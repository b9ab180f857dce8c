package dev.portcullis.auth.token;

import static dev.portcullis.auth.token.TokenDefect.BAD_SIGNATURE;
import static dev.portcullis.auth.token.TokenDefect.CRITICAL_HEADER;
import static dev.portcullis.auth.token.TokenDefect.EXPIRED;
import static dev.portcullis.auth.token.TokenDefect.EXPIRED_UNSIGNED;
import static dev.portcullis.auth.token.TokenDefect.ID_TOKEN;
import static dev.portcullis.auth.token.TokenDefect.MALFORMED;
import static dev.portcullis.auth.token.TokenDefect.MALFORMED_CLAIM;
import static dev.portcullis.auth.token.TokenDefect.MISSING_CLAIM;
import static dev.portcullis.auth.token.TokenDefect.NOT_YET_VALID;
import static dev.portcullis.auth.token.TokenDefect.TOO_LONG;
import static dev.portcullis.auth.token.TokenDefect.TOO_LONG_LIVED;
import static dev.portcullis.auth.token.TokenDefect.UNKNOWN_BINDING;
import static dev.portcullis.auth.token.TokenDefect.UNKNOWN_ISSUER;
import static dev.portcullis.auth.token.TokenDefect.UNKNOWN_KEY;
import static dev.portcullis.auth.token.TokenDefect.WRONG_ALGORITHM;
import static dev.portcullis.auth.token.TokenDefect.WRONG_AUDIENCE;
import static dev.portcullis.auth.token.TokenDefect.WRONG_ROLE;
import static dev.portcullis.auth.token.TokenDefect.WRONG_ROOMS;
import static dev.portcullis.auth.token.TokenDefect.WRONG_SUBJECT;
import static dev.portcullis.auth.token.TokenDefect.WRONG_TOKEN_ID;
import static dev.portcullis.auth.token.TokenDefect.WRONG_TYPE;
import static dev.portcullis.auth.token.Tokens.HEADER;
import static dev.portcullis.auth.token.Tokens.NOW;
import static dev.portcullis.auth.token.Tokens.claims;
import static dev.portcullis.auth.token.Tokens.in;
import static dev.portcullis.auth.token.Tokens.signed;
import static dev.portcullis.kit.Await.done;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.portcullis.kit.ProtocolPage;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

@ExtendWith(VertxExtension.class)
class TokenDefectTest {
    private static final String US = ",\"iss\":\"us\"";

    private static Vertx vertx;
    private static TokenVerifier verifier;

    @BeforeAll
    static void start(Vertx shared) throws Exception {
        vertx = shared;
        IssuerConfig us = Tokens.issuer(Optional.of("us"), Optional.empty());
        verifier = Tokens.verifier(vertx, Tokens.config(us), () -> NOW);
    }

    static Stream<Arguments> tokens() {
        return Stream.of(
                arguments(TOO_LONG, "a".repeat(4_097)),
                arguments(MALFORMED, ""),
                arguments(MALFORMED, "a.b"),
                arguments(MALFORMED, signed(HEADER, claims(US)) + "="),
                arguments(MALFORMED, signed("[]", claims(US))),
                arguments(MALFORMED, signed(HEADER, claims(US + US))),
                arguments(CRITICAL_HEADER, signed("{\"alg\":\"HS256\",\"crit\":[\"exp\"]}", claims(US))),
                arguments(WRONG_TYPE, signed("{\"alg\":\"HS256\",\"typ\":\"logout+jwt\"}", claims(US))),
                arguments(WRONG_ALGORITHM, signed("{\"alg\":\"none\"}", claims(US))),
                arguments(WRONG_ALGORITHM, signed("{\"typ\":\"JWT\"}", claims(US))),
                arguments(MISSING_CLAIM, signed(HEADER, "{\"iss\":\"us\",\"sub\":\"ann\"}")),
                arguments(MISSING_CLAIM, signed(HEADER, "{\"iss\":\"us\",\"exp\":" + in(60) + "}")),
                arguments(MALFORMED_CLAIM, signed(HEADER, claims(US + ",\"role\":7"))),
                arguments(UNKNOWN_ISSUER, signed(HEADER, claims(""))),
                arguments(UNKNOWN_ISSUER, signed(HEADER, claims(",\"iss\":\"them\""))),
                arguments(BAD_SIGNATURE, signed(HEADER, claims(US), "another secret, also of 32 bytes or so")),
                arguments(WRONG_AUDIENCE, signed(HEADER, claims(US + ",\"aud\":\"mail\""))),
                arguments(ID_TOKEN, signed(HEADER, claims(US + ",\"nonce\":\"n\""))),
                arguments(NOT_YET_VALID, signed(HEADER, claims(US + ",\"nbf\":" + in(3)))),
                arguments(TOO_LONG_LIVED, signed(HEADER, times(0, 86_401))),
                arguments(WRONG_SUBJECT, signed(HEADER, claims(US).replace("ann", "system"))),
                arguments(WRONG_TOKEN_ID, signed(HEADER, claims(US + ",\"jti\":\"\""))),
                arguments(UNKNOWN_BINDING, signed(HEADER, claims(US + ",\"cnf\":{\"jkt\":\"k\"}"))),
                arguments(WRONG_ROLE, signed(HEADER, claims(US + ",\"role\":\"owner\""))),
                arguments(WRONG_ROOMS, signed(HEADER, claims(US + ",\"rooms\":[\"a b\"]"))),
                arguments(EXPIRED_UNSIGNED, signed(HEADER, times(-60, -1), "another secret, also of 32 bytes or so")),
                arguments(EXPIRED, signed(HEADER, times(-60, -1))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("tokens")
    void token_is_refused_with_its_defect(TokenDefect defect, String token) throws Exception {
        assertThat(done(verifier.verify(token))).isEqualTo(TokenVerification.invalid(defect));
    }

    @Test
    void every_defect_of_a_token_is_tested_here() {
        Set<TokenDefect> elsewhere = EnumSet.of(
                TokenDefect.ABSENT,
                TokenDefect.SEVERAL,
                TokenDefect.UNREADABLE_FRAME,
                TokenDefect.WRONG_CERTIFICATE,
                TokenDefect.UNCLEAR_CERTIFICATE,
                TokenDefect.OTHER_CERTIFICATE_USER,
                TokenDefect.CSRF_MISMATCH,
                TokenDefect.OTHER_USER,
                TokenDefect.REVOKED);
        elsewhere.add(UNKNOWN_KEY); // an issuer with one key has it under all names: see KeySourceTest
        assertThat(tokens().map(each -> (TokenDefect) each.get()[0]).collect(Collectors.toSet()))
                .isEqualTo(EnumSet.complementOf(EnumSet.copyOf(elsewhere)));
    }

    @Test
    void every_defect_has_a_row_in_the_protocol_page() throws Exception {
        assertThat(ProtocolPage.rows("### Details of a refused token"))
                .containsExactlyElementsOf(Stream.of(TokenDefect.values())
                        .map(defect -> List.of("`" + defect.id() + "`", defect.sentence()))
                        .toList());
    }

    private static String times(long begin, long end) {
        return "{\"iss\":\"us\",\"sub\":\"ann\",\"iat\":" + in(begin) + ",\"exp\":" + in(end) + "}";
    }
}
