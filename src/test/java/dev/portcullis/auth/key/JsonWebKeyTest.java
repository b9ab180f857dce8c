package dev.portcullis.auth.key;

import static dev.portcullis.auth.key.TestKeys.set;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.portcullis.protocol.Result;
import java.security.interfaces.ECPublicKey;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonWebKeyTest {
    private static final TestKeys RSA = TestKeys.of("RS256", "rsa");
    private static final TestKeys EC = TestKeys.of("ES256", "ec");
    private static final TestKeys ED = TestKeys.of("EdDSA", "ed");
    private static final Set<SignatureAlgorithm> ALL = EnumSet.of(
            SignatureAlgorithm.RS256, SignatureAlgorithm.PS256, SignatureAlgorithm.ES256, SignatureAlgorithm.EDDSA);

    static Stream<Arguments> unusable() {
        ECPublicKey point = (ECPublicKey) EC.pair().getPublic();
        String good = EC.jwk("");
        return Stream.of(
                arguments("for encryption", RSA.jwk(",\"use\":\"enc\"")),
                arguments("use that is no text", RSA.jwk(",\"use\":1")),
                arguments("operations without verify", RSA.jwk(",\"key_ops\":[\"encrypt\"]")),
                arguments("a private part of RSA", RSA.jwk(",\"d\":\"AQAB\"")),
                arguments("a prime of RSA", RSA.jwk(",\"p\":\"AQAB\"")),
                arguments("a private part of EC", EC.jwk(",\"d\":\"AQAB\"")),
                arguments("a secret", "{\"kty\":\"oct\",\"alg\":\"HS256\",\"k\":\"" + "A".repeat(43) + "\"}"),
                arguments("a public key with the algorithm of a secret", RSA.jwk(",\"alg\":\"HS256\"")),
                arguments("the algorithm of another type", RSA.jwk(",\"alg\":\"ES256\"")),
                arguments("an algorithm that is not offered", RSA.jwk(",\"alg\":\"RS512\"")),
                arguments("the algorithm none", RSA.jwk(",\"alg\":\"none\"")),
                arguments("an algorithm that is no text", RSA.jwk(",\"alg\":null")),
                arguments("a short modulus", TestKeys.rsa("s", 1_024).jwk("")),
                arguments("an exponent of 1", RSA.jwk("").replace("AQAB", "AQ")),
                arguments("an even exponent", RSA.jwk("").replace("AQAB", "AQAA")),
                arguments(
                        "an enormous exponent", RSA.jwk("").replace("AQAB", "A".repeat(11) + "AQAB".repeat(20) + "E")),
                arguments("no modulus", "{\"kty\":\"RSA\",\"e\":\"AQAB\"}"),
                arguments("padding", RSA.jwk("").replace("AQAB", "AQAB==")),
                arguments("another curve", good.replace("P-256", "P-384")),
                arguments("a point that is not on the curve", swapped(point)),
                arguments("the point 0, 0", zero("P-256", "EC", ",\"y\":\"" + "A".repeat(43) + "\"")),
                arguments("a short coordinate", good.replaceAll("\"x\":\"[^\"]+\"", "\"x\":\"AQAB\"")),
                arguments("the other curve of Edwards", ED.jwk("").replace("Ed25519", "Ed448")),
                arguments("a key for agreement", ED.jwk("").replace("Ed25519", "X25519")),
                arguments("a point of small order", zero("Ed25519", "OKP", "")),
                arguments(
                        "y beyond the field",
                        "{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"7" + "_".repeat(41) + "8\"}"),
                arguments(
                        "a y that no point of Edwards has",
                        "{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"Ag" + "A".repeat(41) + "\"}"),
                arguments("an unknown type", RSA.jwk("").replace("\"RSA\"", "\"XYZ\"")),
                arguments("a name that is no text", RSA.jwk("").replace("\"rsa\"", "7")),
                arguments("a name that is too long", RSA.jwk("").replace("\"rsa\"", "\"" + "r".repeat(257) + "\"")),
                arguments("no object", "7"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("unusable")
    void key_that_can_not_be_used_is_left_out_and_the_others_serve(String name, String jwk) {
        assertThat(kids(set(jwk, ED.jwk(",\"use\":\"sig\"")))).containsExactly("ed");
        assertThat(result(read(set(jwk)))).isEqualTo(KeyFetchResult.NO_KEYS);
    }

    @Test
    void keys_of_each_type_are_read_with_all_algorithms_that_fit() {
        assertThat(keys(set(RSA.jwk(""), EC.jwk(",\"key_ops\":[\"verify\"]"), ED.jwk(",\"x5t\":\"unknown member\""))))
                .extracting(JsonWebKey::key, JsonWebKey::algorithms)
                .containsExactly(
                        tuple(RSA.pair().getPublic(), Set.of(SignatureAlgorithm.RS256, SignatureAlgorithm.PS256)),
                        tuple(EC.pair().getPublic(), Set.of(SignatureAlgorithm.ES256)),
                        tuple(ED.pair().getPublic(), Set.of(SignatureAlgorithm.EDDSA)));
    }

    @Test
    void algorithm_of_a_key_narrows_those_of_its_issuer() {
        assertThat(keys(set(RSA.jwk(",\"alg\":\"PS256\""))).get(0).algorithms())
                .containsExactly(SignatureAlgorithm.PS256);
        assertThat(result(JsonWebKey.readSet(set(RSA.jwk("")).getBytes(UTF_8), Set.of(SignatureAlgorithm.ES256))))
                .isEqualTo(KeyFetchResult.NO_KEYS);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "[]",
                "{}",
                "{\"keys\":{}}",
                "{\"keys\":[]} {}",
                "{\"keys\":[],\"keys\":[]}",
                "{\"keys\":[]/**/}",
                "{\"keys\":[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]}",
                "<html>"
            })
    void document_that_is_no_key_set_is_refused_as_a_whole(String body) {
        assertThat(result(read(body))).isEqualTo(KeyFetchResult.BAD_DOCUMENT);
    }

    @Test
    void set_of_more_than_100_keys_is_refused() {
        String[] most = Collections.nCopies(100, EC.jwk("")).toArray(String[]::new);
        String[] more = Collections.nCopies(101, EC.jwk("")).toArray(String[]::new);
        assertThat(kids(set(most))).hasSize(100);
        assertThat(result(read(set(more)))).isEqualTo(KeyFetchResult.BAD_DOCUMENT);
    }

    private static KeyFetchResult result(Result<List<JsonWebKey>, KeyFetchResult> fetch) {
        return fetch.fold(keys -> KeyFetchResult.OK, why -> why);
    }

    private static String swapped(ECPublicKey point) {
        String members = TestKeys.members(point);
        return "{" + members.replace("\"x\"", "\"z\"").replace("\"y\"", "\"x\"").replace("\"z\"", "\"y\"") + "}";
    }

    private static String zero(String curve, String type, String more) {
        return "{\"kty\":\"" + type + "\",\"crv\":\"" + curve + "\",\"x\":\"" + "A".repeat(43) + "\"" + more + "}";
    }

    private static List<String> kids(String set) {
        return keys(set).stream().map(key -> key.kid().orElse("")).toList();
    }

    private static List<JsonWebKey> keys(String set) {
        return read(set).fold(Function.identity(), why -> List.of());
    }

    private static Result<List<JsonWebKey>, KeyFetchResult> read(String set) {
        return JsonWebKey.readSet(set.getBytes(UTF_8), ALL);
    }
}
